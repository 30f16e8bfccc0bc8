import t from 'tap';
import { delivered, Judging } from '../../fixtures/embedded.ts';
import { call, request, result } from '../../fixtures/frames.ts';
import { type Input, reason } from '../../fixtures/house.ts';

const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const content = (text: string) => ({ content: [{ type: 'text', text }] });
const brief = ({ from, kind, method, embedded_in, tool, params, result, error }: Input) => ({
	...{ from, kind, method, embedded_in, result, error },
	tool: tool && { name: tool.name, arguments: tool.arguments },
	params: params && { name: params.name },
});
const ANSWER = {
	from: 'server',
	kind: 'result',
	method: 'tools/call',
	tool: { name: 'query', arguments: { q: 1 } },
	params: { name: 'query' },
	error: undefined,
};

/** A session in which a call became the task `t1`. */
function started(judging: Judging, made: object = { task: { taskId: 't1', status: 'working' } }): Judging {
	judging.pass('client', call(1, 'query', { q: 1 }));
	judging.pass('server', result(1, made));
	judging.pass('client', call(2, 'other'));
	return judging;
}
const FLAT = { resultType: 'task', taskId: 't1', status: 'working' };

t.test('tasks/result of 2025-11-25 is the result of the call that made the task, also after a restart', async (t) => {
	const session = started(new Judging());
	for (const id of [5, 6]) {
		session.pass('client', request(id, 'tasks/result', { taskId: 't1' }));
		session.pass('server', result(id, content('42')));
		t.strictSame(session.embedded.map(brief), [{ ...ANSWER, embedded_in: 'tasks/result', result: content('42') }]);
		t.match(session.inputs[0], { method: 'tasks/result', kind: 'result' });
		session.resume();
	}
	session.pass('client', request(7, 'tasks/result', { taskId: 't1' }));
	session.pass('server', { jsonrpc: '2.0', id: 7, error: { code: 1, message: 'm' } });
	t.strictSame(session.embedded.map(brief), [
		{ ...ANSWER, kind: 'error', embedded_in: 'tasks/result', result: undefined, error: { code: 1, message: 'm' } },
	]);
});

t.test('what is said of a task of the extension has its result, its error, its questions', async (t) => {
	const session = started(new Judging(), FLAT);
	session.pass('client', request(5, 'tasks/get', { taskId: 't1' }));
	session.pass('server', result(5, { ...FLAT, resultType: 'complete' }));
	t.equal(session.embedded.length, 0, 'nothing stands in a task that works');
	session.pass('client', request(6, 'tasks/get', { taskId: 't1' }));
	session.pass('server', result(6, { ...FLAT, status: 'completed', result: content('42') }));
	t.strictSame(session.embedded.map(brief), [{ ...ANSWER, embedded_in: 'tasks/get', result: content('42') }]);
	session.pass('client', request(7, 'tasks/get', { taskId: 't1' }));
	session.pass('server', result(7, { ...FLAT, status: 'failed', error: { code: 1, message: 'm' } }));
	t.match(session.embedded.map(brief), [
		{ kind: 'error', method: 'tools/call', error: { code: 1 }, tool: { name: 'query' } },
	]);
	session.pass('client', request(8, 'tasks/get', { taskId: 't1' }));
	const inputRequests = { k: { method: 'roots/list' } };
	session.pass('server', result(8, { ...FLAT, status: 'input_required', inputRequests }));
	t.match(session.embedded.map(brief), [{ kind: 'request', method: 'roots/list', embedded_in: 'tasks/get' }]);
	session.resume();
	session.pass('client', request(9, 'tasks/update', { taskId: 't1', inputResponses: { k: { roots: [] } } }));
	t.match(session.embedded.map(brief), [
		{ from: 'client', kind: 'result', method: 'roots/list', embedded_in: 'tasks/update' },
	]);
	session.pass('client', request(10, 'tasks/update', { taskId: 't2', inputResponses: { k: { roots: [] } } }));
	t.equal(session.embedded.length, 3, 'of another task it is not known');
});

t.test('a notification of a task tells as much', async (t) => {
	const session = started(new Judging(), FLAT);
	const told = (params: object) => ({ jsonrpc: '2.0', method: 'notifications/tasks', params });
	session.pass('server', told({ ...FLAT, status: 'completed', result: content('42') }));
	t.strictSame(session.embedded.map(brief), [{ ...ANSWER, embedded_in: 'notifications/tasks', result: content('42') }]);
	session.pass('server', told({ ...FLAT, inputRequests: { k: { method: 'sampling/createMessage', params: {} } } }));
	t.match(session.embedded.map(brief), [{ kind: 'request', method: 'sampling/createMessage' }]);
	session.pass('client', request(9, 'tasks/update', { taskId: 't1', inputResponses: { k: {} } }));
	t.match(session.embedded.map(brief), [{ kind: 'result', method: 'sampling/createMessage' }]);
	t.match(session.pass('server', told({ taskId: 't9', result: {} })), { verdict: 'deny', code: 'ERR_EMBEDDED_TASK' });
	t.equal(session.pass('server', told({ taskId: 't9', status: 'working' })).verdict, 'allow');
});

t.test('masks of the call reach its result wherever that stands', async (t) => {
	const hide = ({ tool, kind }: Input) => ({
		reasons:
			tool?.name === 'query' && kind === 'result' ? [reason('mask', 'a/s', { path: '$.result.content[*].text' })] : [],
	});
	const session = started(new Judging(hide), FLAT);
	const json = result(5, { ...FLAT, status: 'completed', result: content(token), content: [{ text: 'kept' }] });
	session.pass('client', request(5, 'tasks/get', { taskId: 't1' }));
	const judgement = session.pass('server', json);
	t.match(judgement, {
		verdict: 'mask',
		reasons: [{ rule: 'a/s', embedded_in: 'tasks/get', pointer: '/result/result' }],
	});
	t.strictSame(delivered(json, judgement), {
		...json,
		result: { ...(json.result as object), result: content('[masked:path]') },
	});
	session.pass('client', request(6, 'tasks/result', { taskId: 't1' }));
	const plain = session.pass('server', result(6, content(token)));
	t.strictSame(delivered(result(6, content(token)), plain), result(6, content('[masked:path]')));
});

t.test('a mask of the carrier and one of the embedded frame are one, with the stronger op', async (t) => {
	const session = started(
		new Judging(({ kind, embedded_in }) => ({
			reasons:
				kind !== 'result'
					? []
					: [reason('mask', 'a/s', { finding: 'secret/*', op: embedded_in ? 'redact' : 'partial' })],
		})),
	);
	session.pass('client', request(5, 'tasks/result', { taskId: 't1' }));
	const json = result(5, content(`a ${token} b`));
	const judgement = session.pass('server', json);
	t.strictSame(delivered(json, judgement), result(5, content('a [masked:secret/github-token] b')));
	t.equal(judgement.splices.length, 1);
	t.equal(judgement.reasons.length, 2);
});

t.test('the result of a task that nobody made here cannot be judged; that there is none can be told', async (t) => {
	const session = started(new Judging());
	session.pass('client', request(5, 'tasks/result', { taskId: 't9' }));
	t.match(session.pass('server', result(5, content('x'))), { verdict: 'deny', code: 'ERR_EMBEDDED_TASK' });
	session.pass('client', request(6, 'tasks/get', { taskId: 't9' }));
	t.match(session.pass('server', result(6, { taskId: 't9', result: {} })), {
		verdict: 'deny',
		code: 'ERR_EMBEDDED_TASK',
	});
	for (const [id, method] of [
		[7, 'tasks/result'],
		[8, 'tasks/get'],
	] as const) {
		session.pass('client', request(id, method, { taskId: 't9' }));
		t.equal(
			session.pass('server', { jsonrpc: '2.0', id, error: { code: -32602, message: 'no task' } }).verdict,
			'allow',
		);
	}
	session.pass('server', request('s1', 'tasks/get', { taskId: 't1' }));
	t.match(
		session.pass('client', result('s1', { taskId: 't1', result: {} })),
		{ code: 'ERR_EMBEDDED_TASK' },
		'it is not the server’s task',
	);
});

t.test('a result that comes at once with the task is that of the call', async (t) => {
	const session = new Judging();
	session.pass('client', call(1, 'query', { q: 1 }));
	session.pass('server', result(1, { ...FLAT, result: content('42') }));
	t.strictSame(session.embedded.map(brief), [{ ...ANSWER, embedded_in: 'tools/call', result: content('42') }]);
	session.pass('client', call(2, 'query', { q: 1 }));
	session.pass('server', result(2, { result: 'data', resultType: 'complete' }));
	t.equal(session.embedded.length, 0, 'elsewhere `result` is data');
});

t.test('tasks in a list, and of the client', async (t) => {
	const session = started(new Judging(), FLAT);
	session.pass('client', request(5, 'tasks/list'));
	session.pass('server', result(5, { tasks: [{ taskId: 't0' }, { ...FLAT, result: content('42') }] }));
	t.strictSame(session.embedded.map(brief), [{ ...ANSWER, embedded_in: 'tasks/list', result: content('42') }]);
	session.pass('server', request('s1', 'sampling/createMessage', { name: 'x' }));
	session.pass('client', result('s1', { task: { taskId: 't1' } }));
	session.pass('server', request('s2', 'tasks/result', { taskId: 't1' }));
	session.pass('client', result('s2', { model: 'm' }));
	t.match(session.embedded.map(brief), [
		{
			from: 'client',
			kind: 'result',
			method: 'sampling/createMessage',
			embedded_in: 'tasks/result',
			result: { model: 'm' },
		},
	]);
});

t.test('a denied answer makes no task, and too many are forgotten from the oldest on', async (t) => {
	const session = new Judging(({ result }) => ({ reasons: result?.taskId === 'no' ? [reason('deny', 'a/no')] : [] }));
	session.pass('client', call(1, 'query'));
	session.pass('server', result(1, { ...FLAT, taskId: 'no' }));
	for (let i = 0; i < 1025; i++) {
		session.pass('client', call(2, 'query'));
		session.pass('server', result(2, { ...FLAT, taskId: `t${i}` }));
	}
	const known = ['no', 't0', 't1', 't1024'].map((id) => session.state.taskRequest('client', id) !== undefined);
	t.strictSame(known, [false, false, true, true]);
});

t.test('keys of a task that could be taken for others are refused', async (t) => {
	for (const key of ['Result', 'ERROR', 'inputrequests', 'Tasks']) {
		const session = started(new Judging(), FLAT);
		session.pass('client', request(5, 'tasks/get', { taskId: 't1' }));
		t.match(session.pass('server', result(5, { ...FLAT, [key]: {} })), { code: 'ERR_EMBEDDED_SHAPE' }, key);
	}
});
