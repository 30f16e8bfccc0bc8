import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Judgement, Label, Verdict } from '../../../engine/policy/judgement.ts';
import { BOUNDS } from '../../../engine/session/bounds.ts';
import { SessionState } from '../../../engine/session/state.ts';
import { withinBounds } from '../../../engine/session/within-bounds.ts';
import { messageOf, rejudge, step } from '../../../engine/step.ts';
import { agent, call, frameOf, messageIn, origin, request, result } from '../../fixtures/frames.ts';
import { reason, stubPolicy } from '../../fixtures/house.ts';

const options = { hashKey: Buffer.alloc(32), inputLimit: 4_000_000 };
const MS = 1_000_000;

/** A policy that gives what it is told to. */
class Session {
	readonly state = new SessionState(origin);
	next: { verdict?: Verdict; labels?: Partial<Label>[] } = {};
	t = 0;
	readonly #policy = stubPolicy(() => ({
		reasons: this.next.verdict === undefined ? [] : [reason(this.next.verdict, 'a/b')],
		labels: (this.next.labels ?? []).map((label) => ({ rule: 'a/b', level: 'enforce', scope: 'session', ...label })),
	}));
	pass(from: 'client' | 'server', json: unknown, recent?: readonly string[]): Judgement {
		const message = messageIn(this.state, from, json);
		const calls = { total: 0, last_minute: 0, by_server: {} };
		const facts = { t: this.t, principal: agent, ...(recent && { recent: { labels: recent, calls } }) };
		return step(this.#policy, this.state, message, this.state.seq + 1, facts, options).judgement;
	}
	label(...labels: Partial<Label>[]): Judgement {
		this.next = { labels };
		const judgement = this.pass('client', { jsonrpc: '2.0', method: 'notifications/x' });
		this.next = {};
		return judgement;
	}
}

/** How many entries of maps and items of arrays are walked through while `work` runs. */
function stepsOf(work: () => void): number {
	let steps = 0;
	const undo: (() => void)[] = [];
	// biome-ignore lint/suspicious/noExplicitAny: any method
	const patch = (target: any, name: string | symbol, make: (real: any) => any) => {
		const real = target[name];
		target[name] = make(real);
		undo.push(() => {
			target[name] = real;
		});
	};
	const iterator = Object.getPrototypeOf(new Map().values());
	patch(
		iterator,
		'next',
		(next) =>
			function (this: unknown) {
				steps++;
				return next.call(this);
			},
	);
	for (const name of ['filter', 'slice', 'sort', 'map', 'includes', 'find']) {
		patch(
			Array.prototype,
			name,
			(real) =>
				function (this: unknown[], ...args: unknown[]) {
					steps += this.length;
					return real.apply(this, args);
				},
		);
	}
	try {
		work();
	} finally {
		for (const one of undo) one();
	}
	return steps;
}

t.test('200,000 frames of a client and a server that are up to no good', async (t) => {
	const state = new SessionState(origin);
	const allow = { verdict: 'allow', reasons: [], findings: [], splices: [], revision: 'r' } as const;
	const denied = new Map<string, number>();
	let at = 0;
	const pass = (from: 'client' | 'server', json: unknown, labels: readonly Label[] = []) => {
		const message = messageOf(state, [frameOf(json)], from);
		// The request was denied.
		if (message === undefined) return;
		const judgement = withinBounds(state, message.members, { ...allow, labels }, { t: at });
		if (judgement.code !== undefined) denied.set(judgement.code, (denied.get(judgement.code) ?? 0) + 1);
		const { members } = message;
		const verdict = judgement.verdict;
		for (const member of members) {
			state.apply({
				...member,
				seq: state.seq + 1,
				t: at,
				labels: judgement.labels,
				denied: verdict === 'deny',
				counts: verdict !== 'deny',
				goesOn: verdict !== 'deny',
			});
		}
	};
	const frames = (from: number, to: number) => {
		for (let i = from; i < to; i++) {
			at += 5 * MS;
			const label = { rule: 'a/b', label: `label ${i}`, scope: i % 2 ? 'session' : 'principal' } as const;
			switch (i % 10) {
				case 0:
					pass('client', request(i, 'tools/list'));
					break;
				case 1:
					pass('server', result(i - 1, { tools: [{ name: `tool ${i}`, annotations: { title: 'x'.repeat(50) } }] }));
					break;
				case 2:
					pass('server', request(`s${i}`, 'sampling/createMessage', { text: 'y'.repeat(200) }));
					break;
				case 3:
					pass('client', call(i, `tool ${i}`, { cancelled: true }));
					state.forget(state.seq);
					break;
				case 4:
					pass('client', call(i, 'tool'), [label]);
					break;
				case 5:
					pass('server', result(i - 1, { content: [] }), [label]);
					state.forget(state.seq);
					break;
				case 6:
					pass('client', call(i, 'tool', { unanswered: 'z'.repeat(100) }));
					break;
				default:
					pass('client', call(i, `tool ${i}`), [{ ...label, forNs: 1000 * MS }]);
			}
		}
	};
	frames(0, 60_000);
	// Full of everything by now.
	const before = stepsOf(() => frames(60_000, 62_000));
	const size = JSON.stringify(state.snapshot()).length;
	frames(62_000, 198_000);
	const after = stepsOf(() => frames(198_000, 200_000));
	t.ok(after <= before * 1.1, `no more work at the end (${after} steps) than before (${before})`);
	t.ok(after < 2000 * 1500, `and a bounded one for each frame: ${after / 2000}`);
	t.ok(JSON.stringify(state.snapshot()).length < size * 1.1, 'no more to remember');

	const { calls, requests, tools, labels, principal_labels } = state.snapshot();
	t.ok(calls.by_tool.length <= BOUNDS.calledTools);
	t.ok(calls.last_minute.length <= 2048);
	t.ok(tools.length <= BOUNDS.listedTools);
	t.ok(labels.length <= BOUNDS.labels);
	t.ok(principal_labels.length <= BOUNDS.labels);
	t.ok(state.waiting('client') <= BOUNDS.waiting);
	t.ok(state.waiting('server') <= BOUNDS.waiting);
	t.ok(requests.answered.length <= BOUNDS.answered);
	t.ok(requests.unheard.length <= BOUNDS.answered);
	t.strictSame([...denied.keys()].sort(), ['ERR_LIMIT_CALLED_TOOLS', 'ERR_LIMIT_LABELS', 'ERR_LIMIT_LISTED_TOOLS']);
});

t.test('requests are forgotten by size too, the oldest first, and their frames are not held on to', async (t) => {
	const state = new SessionState(origin);
	const params = Buffer.alloc(BOUNDS.waitingBytes / 4, 'x');
	const add = (seq: number) => state.release({ seq, from: 'client', id: `${seq}`, method: 'm', params });
	for (let seq = 1; seq <= 5; seq++) add(seq);
	t.strictSame(
		state.pending('client').map(({ seq }) => seq),
		[3, 4, 5],
	);
	const large = new SessionState(origin);
	large.release({ seq: 1, from: 'client', id: '1', method: 'm', params: Buffer.alloc(BOUNDS.waitingBytes + 1) });
	t.equal(large.waiting('client'), 1, 'a single one may be larger');

	const frame = frameOf(`{"jsonrpc":"2.0","id":1,"method":"m","other":"${'x'.repeat(100_000)}","params":{"a":1}}`);
	const own = new SessionState(origin);
	own.release({ seq: 1, from: 'client', id: '1', method: 'm', params: frame.bytes.subarray(-10, -1) });
	t.not(own.pending('client')[0]?.params?.buffer, frame.bytes.buffer);
});

t.test('labels: what there is no room for denies its frame, and what there is room for sticks', async (t) => {
	const s = new Session();
	for (let i = 0; i < BOUNDS.labels - 1; i++) s.label({ label: `l${i}` });
	t.equal(s.state.labels(0).length, BOUNDS.labels - 1);
	const over = s.label({ label: 'last' }, { label: 'l0' }, { label: 'too much' }, { label: 'last' });
	t.match(over, { verdict: 'deny', code: 'ERR_LIMIT_LABELS' });
	t.strictSame(
		over.labels.map(({ label }) => label),
		['l0', 'last', 'last'],
		'the record says which stuck',
	);
	t.ok(s.state.labels(0).includes('last'));
	t.equal(s.label({ label: 'l7' }).verdict, 'allow', 'one that is there needs no room');
	t.match(s.label({ label: 'x'.repeat(BOUNDS.labelLength + 1) }), { code: 'ERR_LIMIT_LABELS', labels: [] });

	t.equal(s.label({ label: 'mine', scope: 'principal' }).verdict, 'allow', 'each scope has its own room');
	s.next = { labels: [{ label: 'mine too', scope: 'principal' }] };
	const known = Array.from({ length: BOUNDS.labels }, (_, i) => `p${i}`);
	const notify = { jsonrpc: '2.0', method: 'notifications/x' };
	t.match(s.pass('client', notify, known), { code: 'ERR_LIMIT_LABELS' }, 'as the recorded fact says');
	t.equal(s.pass('client', notify, known.slice(1)).verdict, 'allow');
});

t.test('labels of a judgement at a release are bounded too', async (t) => {
	const s = new Session();
	for (let i = 0; i < BOUNDS.labels; i++) s.label({ label: `l${i}` });
	const message = messageIn(s.state, 'client', call(1, 'x'));
	const policy = stubPolicy(() => ({ labels: [{ rule: 'a/b', level: 'enforce', label: 'new', scope: 'session' }] }));
	const again = rejudge(policy, s.state, message, { seq: 1, t: 0 }, { t: 0, principal: agent }, options);
	t.match(again, { verdict: 'deny', code: 'ERR_LIMIT_LABELS', labels: [] });
});

t.test('tools: one more than can be counted by name is denied, the others are not', async (t) => {
	const s = new Session();
	for (let i = 0; i < BOUNDS.calledTools; i++) t.not(s.pass('client', call(i, `t${i}`)).verdict, 'deny');
	const { total } = s.state.calls(0);
	t.match(s.pass('client', call(9000, 'new')), { verdict: 'deny', code: 'ERR_LIMIT_CALLED_TOOLS' });
	t.match(s.state.calls(0), { total, denied: 1 }, 'a denied call');
	t.equal(s.pass('client', call(9001, 't5')).verdict, 'allow');
	t.equal(s.state.calls(0).by_tool.t5, 2);
	s.next = { verdict: 'hold' };
	const held = s.pass('client', call(9002, 'held'));
	t.match(held, { verdict: 'deny', code: 'ERR_LIMIT_CALLED_TOOLS' });
	t.notOk('hold' in held);
	s.next = { verdict: 'deny' };
	t.equal(s.pass('client', call(9003, 'closed')).code, undefined, 'what a rule denies needs no room');

	const long = new Session();
	const name = 'n'.repeat(BOUNDS.calledNames / 2);
	t.equal(long.pass('client', call(1, `${name.slice(1)}a`)).verdict, 'allow');
	t.equal(long.pass('client', call(2, `${name.slice(1)}b`)).verdict, 'allow');
	t.match(long.pass('client', call(3, 'c')), { code: 'ERR_LIMIT_CALLED_TOOLS' });
	const resumed = SessionState.resume(origin, JSON.parse(JSON.stringify(long.state.snapshot())));
	t.notOk(resumed.canCount(['c']), 'what is resumed has no more room');
});

t.test('a list of more tools than can be remembered does not pass', async (t) => {
	const s = new Session();
	const list = (tools: object[]) => {
		s.pass('client', request(1, 'tools/list'));
		return s.pass('server', result(1, { tools }));
	};
	const many = (from: number, to: number, more: object = {}) =>
		Array.from({ length: to - from }, (_, i) => ({ name: `t${from + i}`, ...more }));
	t.match(list(many(0, 40_000)), { verdict: 'deny', code: 'ERR_LIMIT_LISTED_TOOLS' });
	t.equal(s.state.listedTools().size, 0, 'nothing of it counts as seen');
	t.equal(list(many(0, BOUNDS.listedTools)).verdict, 'allow');
	t.equal(list(many(0, BOUNDS.listedTools)).verdict, 'allow', 'the same again needs no room');
	t.match(list([{ name: 'one more' }]), { code: 'ERR_LIMIT_LISTED_TOOLS' });
	t.equal(s.state.tool('one more').definition.status, 'unlisted');
	const other = new Session();
	other.pass('client', request(1, 'tools/list'));
	const long = { tools: [{ name: 'n'.repeat(BOUNDS.toolName + 1) }] };
	t.match(other.pass('server', result(1, long)), { code: 'ERR_LIMIT_LISTED_TOOLS' });
	other.pass('client', request(2, 'tools/list'));
	const wordy = { tools: many(0, 3, { annotations: { title: 'x'.repeat(BOUNDS.listedText / 3) } }) };
	t.match(other.pass('server', result(2, wordy)), { code: 'ERR_LIMIT_LISTED_TOOLS' });
	other.pass('client', request(3, 'tools/list'));
	const twice = { tools: [wordy.tools[0], wordy.tools[0], wordy.tools[0]] };
	t.match(other.pass('server', result(3, twice)), { code: 'ERR_LIMIT_LISTED_TOOLS' }, 'nor the same one three times');
});

t.test('what the handshake says is in every input from then on: it has to be short', async (t) => {
	const s = new Session();
	const hello = (name: string, version: string) =>
		s.pass('client', request(1, 'initialize', { clientInfo: { name, version } }));
	const long = 'x'.repeat(BOUNDS.handshakeText + 1);
	t.match(hello(long, '1'), { verdict: 'deny', code: 'ERR_LIMIT_HANDSHAKE' });
	t.match(hello('c', long), { verdict: 'deny', code: 'ERR_LIMIT_HANDSHAKE' });
	t.equal(s.state.client, undefined);
	t.equal(hello('c', '1').verdict, 'allow');
	t.match(s.pass('server', result(1, { protocolVersion: long })), { code: 'ERR_LIMIT_HANDSHAKE' });
	t.equal(s.state.protocol, undefined);
});

t.test('the docs name every bound with its number', async (t) => {
	const page = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
	const [, section = ''] = page.split('## Bounds of a session');
	for (const [name, value] of Object.entries(BOUNDS)) {
		const written = value % 1_048_576 === 0 ? `${value / 1_048_576}Mi` : value.toLocaleString('en');
		t.match(section, new RegExp(`\\| ${written}B? \\|`), `${name}: ${written}`);
	}
});
