import t from 'tap';
import type { Judgement } from '../../engine/policy/judgement.ts';
import { SessionState } from '../../engine/session/state.ts';
import { apply, type Message, messageOf } from '../../engine/step.ts';
import { type Answer, denial, refusalAnswer } from '../../gateway/answers.ts';
import { call, frameOf, messageIn, origin, request, result } from '../fixtures/frames.ts';
import { reason } from '../fixtures/house.ts';

const denied = (more: object = {}): Judgement =>
	({
		verdict: 'deny',
		reasons: [reason('deny', 'shell/closed', { message: 'no shells' }), reason('warn', 'a/warn')],
		labels: [],
		findings: [],
		splices: [],
		revision: 'r',
		...more,
	}) as unknown as Judgement;

const notification = { jsonrpc: '2.0', method: 'notifications/progress', params: {} };
const failure = { jsonrpc: '2.0', id: 1, error: { code: 1, message: 'x' } };

/** A session where `asked` is on its way to the other party. */
function asked(from: 'client' | 'server', ...requests: unknown[]): SessionState {
	const state = new SessionState(origin);
	for (const [i, json] of requests.entries())
		apply(state, messageIn(state, from, json), i + 1, 0, { verdict: 'allow', labels: [] });
	return state;
}
const batch = (state: SessionState, from: 'client' | 'server', ...all: unknown[]): Message =>
	messageOf(state, all.map(frameOf), from)!;
const shown = (answers: readonly Answer[]) =>
	answers.map(({ to, status, bytes }) => [to, status, JSON.parse(String(bytes))]);
const told = (message: Message, judgement = denied()) => shown(denial(message, judgement, (text) => text));

t.test('what a denial looks like: every kind of frame, both directions', async (t) => {
	const nobody = new SessionState(origin);
	const text = /^Denied by policy: no shells \(rule shell\/closed\)\. .*ask an operator/;
	const error = { code: 4030, message: text, data: { code: 'ERR_POLICY_DENIED', rules: ['shell/closed'] } };
	const toolError = { isError: true, content: [{ type: 'text', text }] };
	const withheld = /^The server has acted; its answer is withheld\. Denied by policy: no shells/;

	t.match(told(messageIn(nobody, 'client', call('a', 'sh'))), [['client', 200, { id: 'a', result: toolError }]]);
	t.match(told(messageIn(nobody, 'client', request(7, 'resources/read', {}))), [['client', 200, { id: 7, error }]]);
	t.match(told(messageIn(nobody, 'client', notification)), [['client', 400, { id: null, error }]]);
	t.match(told(messageIn(nobody, 'server', request(7, 'sampling/createMessage', {}))), [
		['server', 200, { id: 7, error }],
	]);
	t.strictSame(told(messageIn(nobody, 'server', notification)), []);

	for (const answer of [result(1, {}), failure]) {
		const called = asked('client', call(1, 'sh'));
		t.match(told(messageIn(called, 'server', answer)), [
			['client', 200, { id: 1, result: { isError: true, content: [{ text: withheld }] } }],
		]);
		const read = asked('client', request(1, 'resources/read', {}));
		t.match(told(messageIn(read, 'server', answer)), [['client', 200, { id: 1, error: { message: withheld } }]]);
		const sampling = asked('server', request(1, 'sampling/createMessage', {}));
		const answers = told(messageIn(sampling, 'client', answer));
		t.match(answers, [
			['client', 400, { id: null, error }],
			['server', 200, { id: 1, error: { code: 4030 } }],
		]);
	}
});

t.test('application codes stand outside what JSON-RPC and MCP reserve', async (t) => {
	const [[, , answer]] = told(messageIn(new SessionState(origin), 'client', request(1, 'x'))) as [
		[string, number, { error: { code: number } }],
	];
	t.ok(answer.error.code > -32000 || answer.error.code < -32768);
});

t.test('a batch is refused as a whole, and everybody who waits for a part of it is told', async (t) => {
	const nobody = new SessionState(origin);
	const [[to, status, both]] = told(batch(nobody, 'client', call(1, 'sh'), notification, request(2, 'x'))) as [
		[string, number, object],
	];
	t.match([to, status], ['client', 200]);
	t.match(both, [
		{ id: 1, result: { isError: true } },
		{ id: 2, error: { code: 4030 } },
	]);
	t.match(told(batch(nobody, 'client', notification, notification)), [['client', 400, { id: null }]]);

	const twice = asked('client', call(1, 'sh'), request(2, 'x'));
	t.match(told(batch(twice, 'server', result(1, {}), result(2, {}), notification)), [
		[
			'client',
			200,
			[
				{ id: 1, result: { isError: true } },
				{ id: 2, error: { message: /withheld/ } },
			],
		],
	]);
	const sampling = asked('server', request(1, 'sampling/createMessage'));
	t.match(told(batch(sampling, 'client', result(1, {}), call(5, 'sh'))), [
		['client', 200, { id: 5, result: { isError: true } }],
		['server', 200, { id: 1, error: { code: 4030 } }],
	]);
});

t.test('the text says what to do, also when the engine itself said deny', async (t) => {
	const message = messageIn(new SessionState(origin), 'client', request(1, 'x'));
	const say = (judgement: object) =>
		(told(message, denied(judgement))[0]![2] as { error: { message: string } }).error.message;
	t.match(
		say({ reasons: [], code: 'ERR_EVALUATION_TRAP', message: 'secret detail' }),
		/ERR_EVALUATION_TRAP.*Ask an operator/,
	);
	t.notMatch(say({ reasons: [], code: 'ERR_EVALUATION_TRAP', message: 'secret detail' }), /secret detail/);
	t.match(say({ reasons: [reason('hold', 'a/ask')], code: 'ERR_HOLD_IMPOSSIBLE' }), /rule a\/ask.*cannot wait/);
	t.match(
		say({ reasons: [reason('mask', 'a/hide')], code: 'ERR_MASK_PROTECTED' }),
		/rule a\/hide.*Take the secret out/,
	);
	t.match(
		say({ reasons: [reason('hold', 'a/ask')], code: 'ERR_HOLD_CHANGED' }),
		/changed since it was approved.*Repeat/,
	);
	t.match(
		say({ reasons: [reason('deny', 'a/b', { message: 'rule a/b gave a `deny` …' })], code: 'ERR_RULE_MALFORMED' }),
		/a\/b/,
	);
});

t.test('refusals have the codes that JSON-RPC has for them', async (t) => {
	const answer = (code: string, id?: string) =>
		JSON.parse(String(refusalAnswer({ code, message: 'what is wrong' }, id)));
	t.match(answer('ERR_FRAME_JSON'), { id: null, error: { code: -32700, message: 'Refused: what is wrong.' } });
	t.match(answer('ERR_FRAME_UTF8'), { error: { code: -32700 } });
	t.match(answer('ERR_FRAME_DUPLICATE_KEY', '"x"'), {
		id: 'x',
		error: { code: -32600, data: { code: 'ERR_FRAME_DUPLICATE_KEY' } },
	});
});
