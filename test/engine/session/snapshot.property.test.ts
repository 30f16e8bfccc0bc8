import fc from 'fast-check';
import t from 'tap';
import type { Label, Verdict } from '../../../engine/policy/judgement.ts';
import { SessionState } from '../../../engine/session/state.ts';
import { apply, messageOf } from '../../../engine/step.ts';
import { call, frameOf, origin, request, result } from '../../fixtures/frames.ts';

// However a session is cut in two, what is resumed from the snapshot goes on as the one that was never put aside.

const SECOND = 1_000_000_000;
const pinned = { ...origin, pins: { read: 'f'.repeat(64) } };
const names = fc.constantFrom('read', 'send', '__proto__', 'tool "x"', '€');
const label: fc.Arbitrary<Label> = fc.record(
	{
		label: fc.constantFrom('one', 'two', 'three'),
		rule: fc.constant('a/b'),
		scope: fc.constantFrom('session' as const, 'principal' as const),
		forNs: fc.constantFrom(SECOND, 40 * SECOND, 90 * SECOND),
	},
	{ requiredKeys: ['label', 'rule', 'scope'] },
);
const verdict = fc.constantFrom<Verdict>('allow', 'allow', 'mask', 'hold', 'deny');
const step = fc.oneof(
	fc.record({
		do: fc.constant('call' as const),
		name: names,
		verdict,
		id: fc.nat(6),
		labels: fc.array(label, { maxLength: 2 }),
	}),
	fc.record({ do: fc.constant('answer' as const), id: fc.nat(6), verdict, labels: fc.array(label, { maxLength: 1 }) }),
	fc.record({ do: fc.constant('ask' as const), id: fc.nat(3), verdict }),
	fc.record({ do: fc.constant('reply' as const), id: fc.nat(3) }),
	fc.record({ do: fc.constant('list' as const), name: names, version: fc.nat(2) }),
	fc.record({ do: fc.constant('repin' as const), name: names, hash: fc.constantFrom('e'.repeat(64), 'f'.repeat(64)) }),
	fc.record({ do: fc.constant('task' as const), id: fc.nat(6), task: fc.constantFrom('t', 'u', 'é'), verdict }),
	fc.record({ do: fc.constant('question' as const), id: fc.nat(6), key: fc.constantFrom('k', '__proto__'), verdict }),
	fc.record({ do: fc.constant('modern' as const), name: fc.constantFrom('m', 'n'), id: fc.nat(6) }),
	fc.record({ do: fc.constant('hello' as const), name: fc.constantFrom('c', 'd'), verdict }),
	fc.record({ do: fc.constant('lost' as const), back: fc.nat(4) }),
	fc.record({ do: fc.constant('release' as const) }),
	fc.record({ do: fc.constant('wait' as const), ns: fc.constantFrom(1, SECOND, 31 * SECOND, 61 * SECOND) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const enveloped = (id: number, name: string) =>
	request(id, 'tools/list', {
		_meta: {
			'io.modelcontextprotocol/protocolVersion': '2026-07-28',
			'io.modelcontextprotocol/clientInfo': { name, version: '1' },
		},
	});

class Session {
	state: SessionState;
	#held: ReturnType<typeof apply> = [];
	#t = 0;
	constructor(state: SessionState) {
		this.state = state;
	}
	#pass(from: 'client' | 'server', json: unknown, verdict: Verdict = 'allow', labels: readonly Label[] = []): void {
		const message = messageOf(this.state, [frameOf(json)], from);
		if (message === undefined) return;
		const requests = apply(this.state, message, this.state.seq + 1, this.#t, { verdict, labels });
		if (verdict === 'hold') this.#held = requests;
	}
	act(step: Step): void {
		switch (step.do) {
			case 'call':
				this.#pass('client', call(step.id, step.name, { n: step.id, lone: '\ud800' }), step.verdict, step.labels);
				return;
			case 'answer':
				this.#pass('server', result(step.id, { content: [] }), step.verdict, step.labels);
				return;
			case 'ask':
				this.#pass('server', request(`s${step.id}`, 'sampling/createMessage', { x: 'é' }), step.verdict);
				return;
			case 'reply':
				this.#pass('client', result(`s${step.id}`, {}));
				return;
			case 'list':
				this.#pass('client', request(99, 'tools/list'));
				this.#pass('server', result(99, { tools: [{ name: step.name, v: step.version, annotations: { v: 1 } }] }));
				return;
			case 'repin':
				this.state.repin(step.name, step.hash);
				return;
			case 'task':
				this.#pass('server', result(step.id, { task: { taskId: step.task } }), step.verdict);
				return;
			case 'question':
				this.#pass(
					'server',
					result(step.id, { inputRequests: { [step.key]: { method: 'roots/list', params: { n: step.id } } } }),
					step.verdict,
				);
				return;
			case 'modern':
				this.#pass('client', enveloped(step.id, step.name));
				return;
			case 'hello':
				this.#pass(
					'client',
					request(98, 'initialize', { clientInfo: { name: step.name, version: '1' } }),
					step.verdict,
				);
				this.#pass('server', result(98, { protocolVersion: '2025-06-18' }), step.verdict);
				return;
			case 'lost':
				this.state.forget(this.state.seq - step.back);
				return;
			case 'release':
				for (const one of this.#held.splice(0)) this.state.release(one);
				return;
			case 'wait':
				this.#t += step.ns;
				this.state.advance(this.state.seq + 1, this.#t);
		}
	}
	/** Everything that a policy can see of it, and everything that decides what it will see. */
	facts(): string {
		const { state } = this;
		const at = this.#t;
		const { seq, t, client, protocol, spoken } = state;
		const pending = [...state.pending('client'), ...state.pending('server')].map((one) => ({
			...one,
			params: String(one.params),
			tool: one.tool && [one.tool.name, String(one.tool.arguments)],
		}));
		const found = [0, 1, 2, 3, 4, 5, 6].map((id) => state.correlate('server', `${id}`)?.seq);
		const tools = ['read', 'send', '__proto__', 'tool "x"', '€'].map((name) => [state.tool(name), state.pin(name)]);
		const tasks = ['t', 'u', 'é'].map((id) => {
			const { params, tool, ...made } = state.taskRequest('client', id) ?? { params: undefined };
			return { ...made, params: String(params), tool: tool && [tool.name, String(tool.arguments)] };
		});
		const asked = ['k', '__proto__'].flatMap((key) =>
			['read', 'send'].map((name) => {
				const known = state.asked({ method: 'tools/call', name }, key);
				return known && [known.method, String(known.params)];
			}),
		);
		return JSON.stringify({
			...{ tasks, asked },
			...{ seq, t, client, protocol, spoken, pending, found, tools },
			waiting: [state.waiting('client'), state.waiting('server'), state.waitingBytes],
			calls: [state.calls(at), state.calls(at, { t: at, tool: 'read' })],
			recent: state.ownRecent(at),
			labels: [state.labels(at), state.principalLabels(at), state.labels(at + 50 * SECOND)],
		});
	}
}

t.test('resume(snapshot(s)) goes on exactly as s', async (t) => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), fc.array(step, { maxLength: 30 }), (before, after) => {
			const session = new Session(new SessionState(pinned));
			const other = new Session(new SessionState(pinned));
			for (const one of before) {
				session.act(one);
				other.act(one);
			}
			const text = JSON.stringify(session.state.snapshot());
			other.state = SessionState.resume(pinned, JSON.parse(text));
			if (JSON.stringify(other.state.snapshot()) !== text)
				throw new Error(`another snapshot of what was resumed: ${text}`);
			for (const [i, one] of [undefined, ...after].entries()) {
				if (one !== undefined) {
					session.act(one);
					other.act(one);
				}
				const [goes, resumed] = [session.facts(), other.facts()];
				if (goes !== resumed) throw new Error(`after ${i}:\n${goes}\n${resumed}`);
			}
		}),
		{ numRuns: 500 },
	);
	t.pass();
});
