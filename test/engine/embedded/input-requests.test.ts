import t from 'tap';
import { delivered, Judging } from '../../fixtures/embedded.ts';
import { call, request, result } from '../../fixtures/frames.ts';
import { type Input, reason } from '../../fixtures/house.ts';

const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const SAMPLING = {
	method: 'sampling/createMessage',
	params: { messages: [{ role: 'user', content: 'hello' }], maxTokens: 5 },
};
const FORM = { method: 'elicitation/create', params: { message: 'Your name?', requestedSchema: { type: 'object' } } };
const ROOTS = { method: 'roots/list' };
const asks = (id: number, inputRequests: unknown, more: object = {}) =>
	result(id, { resultType: 'input_required', inputRequests, ...more });
const again = (id: number, name: string, inputResponses: unknown, more: object = {}) =>
	request(id, 'tools/call', { name, arguments: {}, inputResponses, ...more });
const brief = ({ from, kind, method, embedded_in, params, result }: Input) => ({
	from,
	kind,
	method,
	embedded_in,
	params,
	result,
});

t.test('requests within a result are judged as requests of the server', async (t) => {
	for (const carrier of [
		call(1, 'ask'),
		request(1, 'prompts/get', { name: 'p' }),
		request(1, 'resources/read', { uri: 'file:///a' }),
		request(1, 'vendor/do'),
	]) {
		const session = new Judging();
		session.pass('client', carrier);
		t.equal(session.pass('server', asks(1, { a: SAMPLING, b: ROOTS })).verdict, 'allow');
		const embedded_in = carrier.method;
		t.strictSame(session.embedded.map(brief), [
			{ from: 'server', kind: 'request', embedded_in, ...SAMPLING, result: undefined },
			{ from: 'server', kind: 'request', embedded_in, ...ROOTS, params: undefined, result: undefined },
		]);
		t.equal(session.inputs[0].method, embedded_in, 'and the result as what it is');
		t.equal(session.embedded[0].tool, undefined);
	}
});

t.test(
	'answers in the repeated request are answers to what was asked, in whatever order, also after a restart',
	async (t) => {
		const session = new Judging();
		session.pass('client', call(1, 'ask'));
		session.pass('client', call(2, 'other'));
		session.pass('server', asks(1, { a: SAMPLING, b: FORM }, { requestState: 's1' }));
		session.pass('server', asks(2, { a: ROOTS }));
		for (const restart of [false, true]) {
			if (restart) session.resume();
			session.pass('client', again(3, 'ask', { b: { action: 'accept' }, a: { model: 'm' } }, { requestState: 's1' }));
			t.strictSame(session.embedded.map(brief), [
				{ from: 'client', kind: 'result', embedded_in: 'tools/call', ...FORM, result: { action: 'accept' } },
				{ from: 'client', kind: 'result', embedded_in: 'tools/call', ...SAMPLING, result: { model: 'm' } },
			]);
			session.pass('client', again(4, 'other', { a: { roots: [] } }));
			t.strictSame(session.embedded.map(brief), [
				{
					from: 'client',
					kind: 'result',
					embedded_in: 'tools/call',
					...ROOTS,
					params: undefined,
					result: { roots: [] },
				},
			]);
		}
	},
);

t.test('an answer to what nobody knows is judged as one to each kind of request', async (t) => {
	const session = new Judging(({ kind, method }) => ({
		reasons: kind === 'result' && method === 'sampling/createMessage' ? [reason('deny', 'a/no')] : [],
	}));
	session.pass('client', call(1, 'ask'));
	session.pass('server', asks(1, { a: FORM }, { requestState: 's1' }));
	for (const other of [
		again(2, 'ask', { b: {} }, { requestState: 's1' }),
		again(3, 'ask', { a: {} }, { requestState: 's2' }),
		again(4, 'ask', { a: {} }),
		again(5, 'else', { a: {} }, { requestState: 's1' }),
	]) {
		t.match(session.pass('client', other), { verdict: 'deny', reasons: [{ rule: 'a/no', embedded_in: 'tools/call' }] });
		t.strictSame(
			session.embedded.map(({ method }) => method),
			['elicitation/create', 'roots/list', 'sampling/createMessage'],
		);
		t.ok(session.embedded.every(({ params }) => params === undefined));
	}
	t.equal(session.pass('client', again(6, 'ask', { a: 5 }, { requestState: 's1' })).verdict, 'allow');
	t.strictSame(
		session.embedded.map(({ method, result }) => [method, result]),
		[['elicitation/create', 5]],
	);
});

t.test('a denied list of questions was not asked', async (t) => {
	const session = new Judging(({ method, kind }) => ({
		reasons: kind === 'request' && method === 'elicitation/create' ? [reason('deny', 'a/no')] : [],
	}));
	session.pass('client', call(1, 'ask'));
	t.match(session.pass('server', asks(1, { a: FORM })), {
		verdict: 'deny',
		reasons: [{ rule: 'a/no', embedded_in: 'tools/call', pointer: '/result/inputRequests/a' }],
	});
	session.pass('client', again(2, 'ask', { a: {} }));
	t.equal(session.embedded.length, 3);
});

t.test(
	'masks and findings of an embedded frame are located in the bytes of its carrier, and nothing else is',
	async (t) => {
		const session = new Judging(({ embedded_in, method, findings }) => ({
			reasons:
				embedded_in === undefined || method !== 'elicitation/create'
					? []
					: [
							reason('mask', 'a/secrets', { finding: 'secret/*' }),
							reason('mask', 'a/path', { path: '$.params.requestedSchema.title' }),
							...findings.map(({ pointer }: { pointer: string }) => reason('warn', 'a/where', { message: pointer })),
						],
		}));
		const form = {
			...FORM,
			params: { message: `key ${token}`, requestedSchema: { title: 't', n: 1.0 }, _meta: { progressToken: 't' } },
		};
		const json = asks(1, { 'a/b': form, c: { ...SAMPLING, params: { messages: [token] } } }, { requestState: token });
		session.pass('client', call(1, 'ask'));
		const judgement = session.pass('server', json);
		t.equal(judgement.verdict, 'mask');
		t.strictSame(
			delivered(json, judgement),
			asks(
				1,
				{
					'a/b': {
						...form,
						params: {
							...form.params,
							message: 'key [masked:secret/github-token]',
							requestedSchema: { title: '[masked:path]', n: 1 },
						},
					},
					c: { ...SAMPLING, params: { messages: [token] } },
				},
				{ requestState: token },
			),
		);
		t.strictSame(
			judgement.splices.map(({ pointer }) => pointer),
			['/result/inputRequests/a~1b/params/message', '/result/inputRequests/a~1b/params/requestedSchema/title'],
		);
		t.match(
			judgement.reasons.find(({ rule }) => rule === 'a/where'),
			{ message: '/params/message', pointer: '/result/inputRequests/a~1b' },
		);
	},
);

t.test('what the protocol needs in an embedded frame is as protected as elsewhere', async (t) => {
	const session = new Judging(({ embedded_in }) => ({
		reasons:
			embedded_in === undefined
				? []
				: [
						reason('mask', 'a/all', { path: '$.params..*', op: 'remove' }),
						reason('mask', 'a/s', { finding: 'secret/*' }),
					],
	}));
	const ask = {
		method: 'sampling/createMessage',
		params: { a: 'x', _meta: { progressToken: 'p', 'io.modelcontextprotocol/x': 'y' } },
	};
	session.pass('client', call(1, 'ask'));
	const judgement = session.pass('server', asks(1, { k: ask }));
	t.strictSame(
		delivered(asks(1, { k: ask }), judgement),
		asks(1, { k: { ...ask, params: { _meta: ask.params._meta } } }),
	);
	session.pass('client', call(2, 'ask'));
	const secret = { ...ask, params: { _meta: { progressToken: token } } };
	t.match(session.pass('server', asks(2, { k: secret })), { verdict: 'deny', code: 'ERR_MASK_PROTECTED' });
});

t.test('a key that a mask covers is not shown in a reason', async (t) => {
	const session = new Judging(({ embedded_in }) => ({
		reasons: embedded_in === undefined ? [reason('mask', 'a/s', { finding: 'secret/*' })] : [reason('warn', 'a/w')],
	}));
	session.pass('client', call(1, 'ask'));
	const { reasons } = session.pass('server', asks(1, { [token]: ROOTS }));
	t.match(reasons.find(({ rule }) => rule === 'a/w')?.pointer, '/result/inputRequests/[masked:secret~1github-token]');
	t.notMatch(JSON.stringify(reasons), token);
});

t.test('a hold on an embedded frame holds a carrier that can wait, and denies another', async (t) => {
	const session = new Judging(({ embedded_in, method }) => ({
		reasons: embedded_in !== undefined && method === 'elicitation/create' ? [reason('hold', 'a/ask')] : [],
	}));
	session.pass('client', call(1, 'ask'));
	t.match(session.pass('server', asks(1, { a: FORM })), { verdict: 'deny', code: 'ERR_HOLD_IMPOSSIBLE' });
	t.match(session.pass('client', again(2, 'ask', { a: {} })), {
		verdict: 'hold',
		hold: { demands: [{ rule: 'a/ask' }] },
	});
	t.match(session.pass('client', request(3, 'tasks/update', { taskId: 't', inputResponses: { a: {} } })), {
		verdict: 'deny',
		code: 'ERR_HOLD_IMPOSSIBLE',
	});
});

t.test('labels of an embedded frame stick', async (t) => {
	const session = new Judging(({ embedded_in }) => ({
		labels: embedded_in === undefined ? [] : [{ rule: 'a/b', level: 'enforce', label: 'asked', scope: 'session' }],
	}));
	session.pass('client', call(1, 'ask'));
	session.pass('server', asks(1, { a: ROOTS }));
	t.strictSame(session.state.labels(0), ['asked']);
});

t.test('what has another shape than the protocol is denied, and so is what a key might be meant to be', async (t) => {
	const wrong = [
		{ inputRequests: [ROOTS] },
		{ inputRequests: 'x' },
		{ inputRequests: { a: 1 } },
		{ inputRequests: { a: {} } },
		{ inputRequests: { a: { method: 5 } } },
		{ inputRequests: { a: { method: 'roots/list', params: 'x' } } },
		{ inputRequests: { a: { method: 'roots/list', Params: {} } } },
		{ inputRequests: { a: { method: 'roots/list', 'meth\u0000od': 'x' } } },
		{ inputRequests: { a: { method: 'elicitation/create', params: { MESSAGE: 'x' } } } },
		{ InputRequests: {} },
		{ 'inputReque\u017Fts': {} },
		{ ResultType: 'input_required' },
	];
	for (const value of wrong) {
		const session = new Judging(() => ({ reasons: [reason('warn', 'a/seen')] }));
		session.pass('client', call(1, 'ask'));
		t.match(
			session.pass('server', result(1, value)),
			{ verdict: 'deny', code: 'ERR_EMBEDDED_SHAPE', reasons: [{ rule: 'a/seen' }] },
			JSON.stringify(value),
		);
	}
	const session = new Judging();
	for (const inputResponses of [[], 'x', 5]) {
		t.match(session.pass('client', again(1, 'a', inputResponses)), { code: 'ERR_EMBEDDED_SHAPE' });
	}
	t.equal(session.pass('client', again(2, 'a', null)).verdict, 'allow', 'nothing stands there');
	t.equal(
		session.pass('server', result(2, { inputRequests: null, Content: [], Task: 1, status: 'x' })).verdict,
		'allow',
	);
});

t.test('too many are too many', async (t) => {
	const session = new Judging();
	const many = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`k${i}`, ROOTS]));
	session.pass('client', call(1, 'ask'));
	t.match(session.pass('server', asks(1, many)), { verdict: 'deny', code: 'ERR_LIMIT_EMBEDDED' });
	t.equal(session.embedded.length, 0, 'and none of them is judged');
});
