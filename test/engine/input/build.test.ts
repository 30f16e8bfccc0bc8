import { Ajv } from 'ajv';
import fc from 'fast-check';
import t from 'tap';
import { buildInput } from '../../../engine/input/build.ts';
import { INPUT_SCHEMA } from '../../../engine/policy/input-schema.ts';
import { SessionState } from '../../../engine/session/state.ts';
import { apply } from '../../../engine/step.ts';
import { agent, call, messageIn, origin, request, result } from '../../fixtures/frames.ts';

const valid = new Ajv({ allErrors: true }).compile(INPUT_SCHEMA as object);
const facts = { t: 5, principal: agent };

/** biome-ignore lint/suspicious/noExplicitAny: any JSON */
type Json = any;

function inputOf(state: SessionState, from: 'client' | 'server', json: unknown, at: object = {}) {
	const message = messageIn(state, from, json);
	const bytes = buildInput(message.members[0]!, state, 7, { ...facts, ...at }, undefined);
	return { message, text: bytes.toString('utf8'), input: JSON.parse(bytes.toString('utf8')) as Json };
}

/** A client's request, let through. */
function ask(state: SessionState, json: unknown, seq = state.seq + 1) {
	const message = messageIn(state, 'client', json);
	apply(state, message, seq, state.t, { verdict: 'allow', labels: [] });
}

const value = fc.json({ maxDepth: 3, noUnicodeString: false }).map((text) => JSON.parse(text) as unknown);
const name = fc.string({ unit: 'grapheme', minLength: 1 });
const tool = fc.record({
	name,
	description: fc.string({ unit: 'binary' }),
	inputSchema: fc.constant({ type: 'object' }),
	annotations: fc.option(fc.dictionary(name, fc.oneof(fc.boolean(), fc.string({ unit: 'binary' }))), {
		nil: undefined,
	}),
});
const exchange = fc.oneof(
	fc.record({ method: fc.constant('tools/call'), params: fc.record({ name, arguments: fc.dictionary(name, value) }) }),
	fc.record({ method: fc.constant('tools/list'), answer: fc.record({ tools: fc.array(tool) }) }),
	fc.record({
		method: fc.constant('initialize'),
		params: fc.record({
			protocolVersion: fc.constant('2025-11-25'),
			clientInfo: fc.record({ name: fc.string({ unit: 'binary' }), version: fc.string() }),
		}),
		answer: fc.record({ protocolVersion: fc.constant('2025-11-25'), serverInfo: fc.constant({}) }),
	}),
	fc.record({ method: name, params: fc.dictionary(name, value), answer: value }),
);

t.test('whatever is exchanged, every document is valid, and one JSON text without lone surrogates', async (t) => {
	fc.assert(
		fc.property(fc.array(exchange, { maxLength: 6 }), fc.boolean(), (all, fails) => {
			const state = new SessionState(origin);
			const check = (from: 'client' | 'server', json: unknown) => {
				const { input, text, message } = inputOf(state, from, json);
				if (!valid(input)) throw new Error(JSON.stringify(valid.errors));
				if (!JSON.stringify(input).isWellFormed() || /\\ud[89a-f]../i.test(JSON.stringify(input)))
					throw new Error(text);
				apply(state, message, state.seq + 1, 5, { verdict: 'allow', labels: [] });
				return input as Json;
			};
			for (const [i, { method, ...more }] of all.entries()) {
				const { params, answer = {} } = more as { params?: unknown; answer?: unknown };
				const asked = check('client', request(i, method, params));
				const said = check(
					'server',
					fails ? { jsonrpc: '2.0', id: i, error: { code: 1, message: 'x' } } : result(i, answer),
				);
				if (said.method !== method.toWellFormed() || JSON.stringify(said.params) !== JSON.stringify(asked.params))
					throw new Error('an answer has the method and params of its request');
				if (asked.tool?.name !== said.tool?.name) throw new Error('an answer has the tool of its request');
			}
		}),
		{ numRuns: 300 },
	);
	t.pass();
});

t.test('params, result and arguments are the bytes that were sent', async (t) => {
	const state = new SessionState(origin);
	const args = '{ "n":12345678901234567890 , "d":1.10,"e":1E+2, "s":"\\u0041\\/" }';
	const asked = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"q","arguments":${args}}}`;
	const { text } = inputOf(state, 'client', asked);
	t.match(text, `"params":{"name":"q","arguments":${args}}`);
	t.match(text, `"arguments":${args}}`, 'of the tool too');
	ask(state, asked);
	const said = '{"content":[ ],"n":9007199254740993}';
	const answer = inputOf(state, 'server', `{"jsonrpc":"2.0","id":1,"result":${said}}`);
	t.match(answer.text, `"result":${said}`);
	t.match(answer.text, `"params":{"name":"q","arguments":${args}}`);
	t.match(answer.input, { from: 'server', kind: 'result', method: 'tools/call', tool: { name: 'q' } });
});

t.test('half a surrogate pair is U+FFFD for policy, wherever it stands', async (t) => {
	const state = new SessionState(origin);
	ask(
		state,
		'{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"clientInfo":{"name":"a\\ud83d","version":"\\udc00"}}}',
	);
	ask(state, request(1, 'tools/list'));
	const listed =
		'{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"read","annotations":{"title":"x\\ud83dy","readOnlyHint":true}}]}}';
	apply(state, messageIn(state, 'server', listed), 3, 0, { verdict: 'allow', labels: [] });
	const { text, input } = inputOf(
		state,
		'client',
		'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"read","arguments":{"a":"\\ud83d!"}}}',
	);
	t.notMatch(text, /\\ud[89a-f]/i);
	t.match(input, {
		client: { name: 'a\ufffd', version: '\ufffd' },
		tool: { arguments: { a: '\ufffd!' }, annotations: { title: 'x\ufffdy', readOnlyHint: true } },
		params: { arguments: { a: '\ufffd!' } },
	});
});

t.test('time is exact, and UTC', async (t) => {
	const state = new SessionState({ ...origin, started_ns: 1_735_689_599_999_999_999n });
	t.match(inputOf(state, 'client', call(1, 'x'), { t: 0 }).text, '"ns":1735689599999999999,');
	t.match(inputOf(state, 'client', call(1, 'x'), { t: 0 }).input.time, {
		rfc3339: '2024-12-31T23:59:59.999Z',
		weekday: 'Tuesday',
		hour: 23,
	});
	t.match(inputOf(state, 'client', call(1, 'x'), { t: 1 }).input.time, { weekday: 'Wednesday', hour: 0 });
	t.match(inputOf(state, 'client', call(1, 'x'), { t: 1 }).text, '"started_ns":1735689599999999999');
});

t.test('a call that is judged again does not count itself', async (t) => {
	const state = new SessionState(origin);
	ask(state, call(1, 'read'));
	const held = messageIn(state, 'client', call(2, 'delete'));
	apply(state, held, 2, 10, { verdict: 'hold', labels: [] });
	const again = (at: number) =>
		JSON.parse(
			buildInput({ ...held.members[0]!, countedAt: 10 }, state, 2, { ...facts, t: at }, undefined).toString('utf8'),
		).session.calls;
	t.strictSame(again(20), { total: 1, last_minute: 1, by_tool: { read: 1 }, denied: 0 });
	t.strictSame(again(61_000_000_000), { total: 1, last_minute: 0, by_tool: { read: 1 }, denied: 0 }, 'a minute later');
	t.match(inputOf(state, 'client', call(3, 'delete')).input.session.calls, { total: 2, by_tool: { delete: 1 } });
});

t.test('a frame says itself which revision it speaks and who sends it; its answer is told the same', async (t) => {
	const reserved = 'io.modelcontextprotocol/';
	const enveloped = (id: number, protocol: string, client?: object) =>
		request(id, 'tools/list', {
			_meta: { [`${reserved}protocolVersion`]: protocol, ...(client && { [`${reserved}clientInfo`]: client }) },
		});
	const state = new SessionState(origin);
	const one = inputOf(state, 'client', enveloped(1, '2026-07-28', { name: 'one', version: '1' })).input;
	t.same([one.session.protocol, one.client], ['2026-07-28', { name: 'one', version: '1' }]);
	ask(state, enveloped(1, '2026-07-28', { name: 'one', version: '1' }));
	ask(state, enveloped(2, '2027-01-01'));
	const resumed = SessionState.resume(origin, JSON.parse(JSON.stringify(state.snapshot())));
	for (const facts of [state, resumed]) {
		const answer = inputOf(facts, 'server', result(1, { tools: [] })).input;
		t.same([answer.session.protocol, answer.client], ['2026-07-28', { name: 'one', version: '1' }]);
		const other = inputOf(facts, 'server', result(2, { tools: [] })).input;
		t.same([other.session.protocol, other.client], ['2027-01-01', undefined], 'of its own request, not of the session');
		const told = inputOf(facts, 'server', { jsonrpc: '2.0', method: 'notifications/message' }).input;
		t.equal(told.session.protocol, '2027-01-01', 'without an envelope and a handshake: the last one that was sent');
	}
	const shaken = new SessionState({ ...origin, protocol: '2025-11-25', client: { name: 'c', version: '2' } });
	ask(shaken, enveloped(1, '2026-07-28'));
	const plain = inputOf(shaken, 'client', request(3, 'ping')).input;
	t.same([plain.session.protocol, plain.client], ['2025-11-25', { name: 'c', version: '2' }]);
});
