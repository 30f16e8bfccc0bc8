import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import type { Label, Verdict } from '../../../engine/policy/judgement.ts';
import { BOUNDS } from '../../../engine/session/bounds.ts';
import { repinned } from '../../../engine/session/repinned.ts';
import { SessionState } from '../../../engine/session/state.ts';
import { definitionHash, definitionsOf } from '../../../engine/session/tools.ts';
import { apply } from '../../../engine/step.ts';
import { call, frameOf, messageIn, origin, request, result } from '../../fixtures/frames.ts';

const SECOND = 1_000_000_000;

class Script {
	readonly state: SessionState;
	constructor(pins?: Record<string, string>) {
		this.state = new SessionState(pins === undefined ? origin : { ...origin, pins });
	}
	client(json: unknown, verdict: Verdict = 'allow', labels: Label[] = [], t = this.state.t) {
		const seq = this.state.seq + 1;
		apply(this.state, messageIn(this.state, 'client', json), seq, t, { verdict, labels });
		return seq;
	}
	server(json: unknown, answers?: number, verdict: Verdict = 'allow') {
		const seq = this.state.seq + 1;
		apply(this.state, messageIn(this.state, 'server', json, answers), seq, this.state.t, { verdict, labels: [] });
		return seq;
	}
}

t.test('calls that the policy does not deny are counted, before the next frame', async (t) => {
	const s = new Script();
	s.client(call(1, 'read'));
	s.client(call(2, 'read'), 'deny');
	s.client(call(3, 'write'), 'hold');
	s.client(request(4, 'tools/list'));
	t.strictSame(s.state.calls(0), { total: 2, last_minute: 2, by_tool: { read: 1, write: 1 }, denied: 1 });
	t.strictSame(
		s.state.calls(0, { t: 0, tool: 'write' }),
		{ total: 1, last_minute: 1, by_tool: { read: 1 }, denied: 1 },
		'a call judged again leaves itself out',
	);
});

t.test('the last minute is one of recorded time', async (t) => {
	const s = new Script();
	s.client(call(1, 'read'), 'allow', [], 0);
	s.client(call(2, 'read'), 'allow', [], 30 * SECOND);
	t.equal(s.state.calls(59 * SECOND).last_minute, 2);
	t.equal(s.state.calls(60 * SECOND).last_minute, 1, 'exactly a minute ago is over');
	t.equal(s.state.calls(90 * SECOND).last_minute, 0);
	t.equal(s.state.calls(90 * SECOND).total, 2);
});

t.test('labels stick, expire by recorded time, and have a scope', async (t) => {
	const s = new Script();
	s.client(call(1, 'read'), 'allow', [
		{ label: 'tainted', rule: 'a/b', scope: 'session', forNs: 10 * SECOND },
		{ label: 'seen', rule: 'a/b', scope: 'session' },
		{ label: 'mine', rule: 'a/b', scope: 'principal' },
	]);
	t.strictSame(s.state.labels(9 * SECOND), ['seen', 'tainted']);
	t.strictSame(s.state.labels(10 * SECOND), ['seen']);
	t.strictSame(s.state.principalLabels(10 * SECOND), ['mine']);
	t.strictSame(s.state.ownRecent(10 * SECOND), {
		labels: ['mine'],
		calls: { total: 1, last_minute: 1, by_server: { files: 1 } },
	});
});

t.test('an answer belongs to the request with that raw id, or to none', async (t) => {
	const s = new Script();
	const one = s.client(call(1, 'read', { path: 'a' }));
	const same = s.client(call('1', 'write'));
	t.equal(s.state.correlate('server', '1')?.seq, one);
	t.equal(s.state.correlate('server', '"1"')?.seq, same, 'a string is another id');
	t.equal(s.state.correlate('server', '1', same), undefined, 'not on another exchange');
	t.equal(s.state.correlate('client', '1'), undefined, 'nobody answers himself');
	t.equal(s.state.correlate('server', '2'), undefined);
	s.server(result(1, {}), one);
	t.equal(s.state.correlate('server', '1'), undefined, 'answered once');
	t.equal(s.state.pending('client').length, 1);
});

t.test('what does not go on has no answer; a released hold has', async (t) => {
	const s = new Script();
	s.client(call(1, 'a'), 'deny');
	const held = s.client(call(2, 'b'), 'hold');
	t.strictSame(s.state.pending('client'), []);
	s.state.release({ seq: held, from: 'client', id: '2', method: 'tools/call' });
	t.equal(s.state.correlate('server', '2')?.seq, held);
	s.state.forget(held);
	t.equal(s.state.correlate('server', '2'), undefined);
});

t.test('an answer that was not heard may come again, and changes no fact twice', async (t) => {
	const s = new Script();
	const asked = s.client(call(1, 'read'));
	const answer = s.server(result(1, {}), asked);
	t.equal(s.state.correlate('server', '1'), undefined, 'once it was heard, no more');
	s.state.forget(answer);
	t.equal(s.state.correlate('server', '1')?.seq, asked);
	t.equal(s.state.correlate('server', '1', asked + 1), undefined, 'not as the answer to another request');
	const again = messageIn(s.state, 'server', result(1, {}), asked);
	apply(s.state, again, answer + 1, 0, {
		verdict: 'allow',
		labels: [{ label: 'late', rule: 'a/b', scope: 'session' }],
	});
	t.strictSame(s.state.labels(0), []);
	t.equal(s.state.correlate('server', '1'), undefined);
});

t.test('the handshake tells client and protocol, unless it was denied', async (t) => {
	const s = new Script();
	s.client(
		request(0, 'initialize', {
			protocolVersion: '2025-11-25',
			capabilities: {},
			clientInfo: { name: 'c', version: '1' },
		}),
	);
	t.strictSame(s.state.client, { name: 'c', version: '1' });
	s.server(result(0, { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 's', version: '2' } }));
	t.equal(s.state.protocol, '2025-06-18');
	const denied = new Script();
	denied.client(request(0, 'initialize', { clientInfo: { name: 'c', version: '1' } }), 'deny');
	t.equal(denied.state.client, undefined);
});

t.test('a tool is new, the same, changed or unlisted', async (t) => {
	const read = {
		name: 'read',
		description: 'reads',
		inputSchema: { type: 'object' },
		annotations: { readOnlyHint: true },
	};
	const list = (s: Script, tools: unknown[]) => {
		s.client(request(9, 'tools/list'));
		s.server(result(9, { tools }));
	};
	const first = new Script();
	t.strictSame(first.state.tool('read').definition, { status: 'unlisted' });
	list(first, [read]);
	const { definition, annotations } = first.state.tool('read');
	t.equal(definition.status, 'new');
	t.equal(annotations, '{"readOnlyHint":true}');
	list(first, [{ ...read, description: 'reads and sends' }]);
	t.equal(first.state.tool('read').definition.status, 'changed', 'also within the session that saw it first');

	const later = new Script({ read: definition.hash! });
	list(later, [{ annotations: read.annotations, inputSchema: read.inputSchema, description: 'reads', name: 'read' }]);
	t.equal(later.state.tool('read').definition.status, 'same', 'member order is no change');
	list(later, [{ ...read, description: 'reads and sends' }]);
	t.equal(later.state.tool('read').definition.status, 'changed');
	t.equal(later.state.tool('__proto__').definition.status, 'unlisted');
});

t.test('a pin that comes later counts from there on', async (t) => {
	const s = new Script({ read: 'a'.repeat(64) });
	const list = (description: string) => {
		const seq = s.client(request(1, 'tools/list'));
		s.server(result(1, { tools: [{ name: 'read', description }] }), seq);
		return s.state.tool('read').definition;
	};
	const { hash, status } = list('one');
	t.equal(status, 'changed');
	s.state.repin('read', hash!);
	t.equal(s.state.tool('read').definition.status, 'same');
	t.equal(list('two').status, 'changed');
	t.equal(list('one').status, 'same');
	s.state.repin('__proto__', hash!);
	t.equal(s.state.pin('__proto__'), hash);
	t.equal(s.state.pin('constructor'), undefined);
	for (let i = 0; i < BOUNDS.listedTools + 10; i++) s.state.repin(`tool ${i}`, hash!);
	t.equal(s.state.snapshot().pins.length, BOUNDS.listedTools, 'bounded');
	s.state.repin('x'.repeat(BOUNDS.toolName + 1), hash!);
	t.equal(s.state.pin('x'.repeat(BOUNDS.toolName + 1)), undefined);
});

t.test('an event says which pins; what a hand-written one says wrongly is none', async (t) => {
	const pins = { b: '2', a: '1', c: 3 };
	t.strictSame(repinned({ detail: { pins } }), [
		['a', '1'],
		['b', '2'],
	]);
	for (const detail of [undefined, {}, { pins: null }, { pins: [1] }, { pins: 'x' }]) {
		t.strictSame(repinned(detail === undefined ? {} : { detail }), []);
	}
});

t.test('definitions: whatever the order of members, one hash, which is of the text', async (t) => {
	const shuffled = (value: unknown): unknown =>
		typeof value !== 'object' || value === null || Array.isArray(value)
			? value
			: Object.fromEntries(
					Object.entries(value)
						.reverse()
						.map(([key, one]) => [key, shuffled(one)]),
				);
	const json = fc.object({ key: fc.string({ minLength: 1 }), withBigInt: false, maxDepth: 3 });
	fc.assert(
		fc.property(json, (more) => {
			const tool = { name: 'read', ...(JSON.parse(JSON.stringify(more)) as object) };
			const of = (one: unknown) => definitionsOf(frameOf(result(1, { tools: [{ name: 'other' }, one] })))[1];
			const [a, b] = [of({ ...tool, name: 'read' }), of(shuffled({ ...tool, name: 'read' }))];
			if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${a?.text}\n${b?.text}`);
			if (createHash('sha256').update(a!.text).digest('hex') !== a!.hash) throw new Error('not of the text');
		}),
	);
	const twice = definitionsOf(
		frameOf(
			result(1, {
				tools: [
					{ name: 'a', v: 1 },
					{ name: 'a', v: 2 },
				],
			}),
		),
	);
	t.match(twice, [{ text: '{"name":"a","v":2}' }], 'of two with one name the last');
});

t.test('a definition hash follows from content, not from spelling', async (t) => {
	const hash = (json: string) => {
		const frame = frameOf(`{"jsonrpc":"2.0","id":1,"result":${json}}`);
		return definitionHash(frame.bytes, frame.result!);
	};
	t.equal(hash('{"a":1,"b":"\\u0041"}'), hash('{ "b": "A", "a": 1 }'));
	t.not(hash('{"a":1}'), hash('{"a":1.0}'), 'numbers are taken as written');
	t.not(hash('["a","b"]'), hash('["b","a"]'));
});
