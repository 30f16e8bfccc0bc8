import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { buildInput } from '../../engine/input/build.ts';
import { compilePolicy } from '../../engine/policy/compile.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import type { FrameLine, Line, RejudgeLine } from '../../engine/recording/lines.ts';
import { rebuild, replay } from '../../engine/replay.ts';
import { SessionState } from '../../engine/session/state.ts';
import { call, messageIn, request, result } from '../fixtures/frames.ts';
import { FakeExchange, type HouseUnderTest, houseUnderTest, reason, stubPolicy } from '../fixtures/house.ts';
import { COLD, openTestCompiler, sourceOf } from './policy/compiler-for-tests.ts';

// Live sessions under random scripts, judged again from their record: the same verdicts, the same facts.

t.setTimeout(COLD);
const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

/** biome-ignore lint/suspicious/noExplicitAny: any JSON */
type Json = any;

/** Verdicts hang on everything that is a fact: counts, labels, recent calls, definitions, answers. */
function decide(input: Json) {
	const { session, recent, tool, kind, from } = input;
	const reasons: object[] = [];
	const labels: object[] = [];
	const label = (name: string, more: object = {}) =>
		labels.push({ rule: 'a/label', level: 'enforce', label: name, scope: 'session', ...more });
	const called = kind === 'request' && from === 'client' ? tool?.name : undefined;
	if (called === 'no') reasons.push(reason('deny', 'a/no'));
	if (called === 'ask') reasons.push(reason('hold', 'a/ask', { timeout: '2m', grant: '5m' }));
	if (called === 'mark') label('marked', { for: '90s' });
	if (called === 'mine') label('mine', { scope: 'principal' });
	if (called !== undefined && session.calls.total % 5 === 4) reasons.push(reason('deny', 'a/fifth'));
	if (called === 'read' && session.labels.includes('marked')) reasons.push(reason('hold', 'a/marked'));
	if (called === 'read' && recent.labels.includes('mine')) reasons.push(reason('warn', 'a/mine'));
	if (called === 'send' && recent.calls.last_minute > 3) reasons.push(reason('deny', 'a/busy'));
	if (called === 'send' && session.calls.by_tool.send > 1) label('sent');
	if (called !== undefined && tool.definition.status === 'changed') reasons.push(reason('deny', 'a/changed'));
	if (kind === 'result' && tool?.name === 'mark' && session.calls.denied > 0) reasons.push(reason('deny', 'a/answer'));
	if (kind === 'result') reasons.push(reason('mask', 'a/secrets', { finding: 'secret/*' }));
	if (kind === 'result' && from === 'client') label('answered');
	if (kind === 'request' && from === 'server' && session.labels.includes('sent'))
		reasons.push(reason('hold', 'a/server'));
	if (kind === 'notification' && session.labels.includes('answered')) reasons.push(reason('deny', 'a/quiet'));
	return { reasons, labels };
}

const REGO = `package rules.a.all
called := input.tool.name if { input.kind == "request"; input.from == "client" }
deny contains "no" if called == "no"
deny contains "fifth" if { called; input.session.calls.total % 5 == 4 }
deny contains "busy" if { called == "send"; input.recent.calls.last_minute > 3 }
deny contains "changed" if { called; input.tool.definition.status == "changed" }
deny contains "answer" if { input.kind == "result"; input.tool.name == "mark"; input.session.calls.denied > 0 }
deny contains "unlucky" if { called == "read"; rand.intn("x", 4) == 0 }
deny contains "even" if { called == "mine"; time.now_ns() % 2 == 1 }
hold contains {"message": "ask", "timeout": "2m", "grant": "5m"} if called == "ask"
hold contains "marked" if { called == "read"; "marked" in input.session.labels }
hold contains "server" if { input.kind == "request"; input.from == "server"; "sent" in input.session.labels }
mask contains {"message": "secret", "finding": "secret/*"} if input.kind == "result"
label contains {"label": "marked", "for": "90s"} if called == "mark"
label contains {"label": "mine", "scope": "principal"} if called == "mine"
label contains "sent" if { called == "send"; input.session.calls.by_tool.send > 1 }
`;

const tools = fc.constantFrom('read', 'send', 'no', 'ask', 'mark', 'mine', 'probe');
const action = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ do: fc.constant('call' as const), tool: tools, same: fc.boolean() }) },
	{
		weight: 5,
		arbitrary: fc.record({
			do: fc.constant('answer' as const),
			nth: fc.nat(3),
			with: fc.constantFrom('ok', 'secret', 'error'),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('list' as const), version: fc.nat(2) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('accept' as const) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('sample' as const) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('sampled' as const), id: fc.nat(3) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), id: fc.nat(12) }) },
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('vote' as const),
			vote: fc.constantFrom('approve' as const, 'deny' as const),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 20_000, 46_000, 130_000) }),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			do: fc.constant('garbage' as const),
			from: fc.constantFrom('client' as const, 'server' as const),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const) }) },
	{
		weight: 1,
		arbitrary: fc.record({ do: fc.constant('batch' as const), tools: fc.array(tools, { minLength: 1, maxLength: 3 }) }),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), full: fc.boolean() }) },
);
// A human who is quick, and now and then the same call again under what was decided.
const decided = fc.record({
	do: fc.constant('decided' as const),
	vote: fc.constantFrom('approve' as const, 'deny' as const),
	same: fc.boolean(),
});
type Action =
	typeof action extends fc.Arbitrary<infer A> ? A | (typeof decided extends fc.Arbitrary<infer B> ? B : never) : never;

const bob = { id: 'bob', kind: 'human', issuer: 'sluice', groups: [], scopes: [], human: 'bob', claims: {} } as const;

async function settle(): Promise<void> {
	for (let i = 0; i < 12; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Until something waits for a human, or nothing will. */
async function asks(house: HouseUnderTest): Promise<void> {
	for (let i = 0; i < 30; i++) {
		await settle();
		if ((await house.broker.list({ state: 'pending' })).length > 0) return;
	}
}

/** Plays `script` on a session of `house`. Whatever order things turn out to happen in is fine. */
async function play(house: HouseUnderTest, id: string, script: readonly Action[], disk: { full: boolean }) {
	const passing: Promise<unknown>[] = [];
	const exchanges: FakeExchange[] = [];
	let next = 0;
	let asked = 0;
	const client = (json: unknown) => {
		const exchange = new FakeExchange();
		exchanges.push(exchange);
		passing.push(house.client(id, json, exchange));
	};
	const server = (json: unknown, exchange?: number) =>
		passing.push(house.upstream.says(json, house.upstream.kind === 'http' ? exchange : undefined));
	const waiting = () => house.upstream.sent.filter(({ bytes }) => JSON.parse(bytes.toString()).id !== undefined);
	const act = async (step: Action) => {
		switch (step.do) {
			case 'call':
				return client(call(++next, step.tool, step.same ? {} : { n: next }));
			case 'answer': {
				const sent = waiting().at(-1 - step.nth);
				if (sent === undefined) return;
				const { id } = JSON.parse(sent.bytes.toString());
				const body = { content: [{ type: 'text', text: step.with === 'secret' ? token : 'fine' }] };
				const error = { jsonrpc: '2.0', id, error: { code: 1, message: 'no' } };
				return server(step.with === 'error' ? error : result(id, body), sent.exchange);
			}
			case 'list': {
				client(request(++next, 'tools/list'));
				await settle();
				const listed = [{ name: 'read', description: `version ${step.version}`, inputSchema: { type: 'object' } }];
				return server(result(next, { tools: listed }), house.upstream.sent.at(-1)?.exchange);
			}
			case 'accept':
				await house.tools.accept('files', 'read', bob).catch(() => {});
				return house.clock.pass(500);
			case 'fail': {
				const sent = waiting().at(-1);
				const end = { ok: false, status: 502, code: 'ERR_UPSTREAM_CLOSED', message: 'gone' } as const;
				if (sent !== undefined) house.upstream.events?.done(sent.exchange, end);
				return;
			}
			case 'sample':
				return server(request(`s${asked++}`, 'sampling/createMessage', {}));
			case 'sampled':
				return client(result(`s${step.id}`, { content: {} }));
			case 'cancel':
				return client({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: step.id } });
			case 'vote': {
				const [approval] = await house.broker.list({ state: 'pending' });
				if (approval !== undefined) await house.broker.vote(approval.id, bob, 'approver', step.vote).catch(() => {});
				return;
			}
			case 'decided':
				client(call(++next, 'ask', { same: step.same ? 0 : next }));
				await asks(house);
				return await act({ do: 'vote', vote: step.vote });
			case 'wait':
				return house.clock.pass(step.ms);
			case 'garbage':
				return step.from === 'client' ? client('{"jsonrpc":') : server('[]');
			case 'leave':
				return exchanges.at(-1)?.leave();
			case 'batch':
				return client(step.tools.map((tool) => call(++next, tool)));
			case 'disk':
				disk.full = step.full;
				return;
		}
	};
	for (const step of script) {
		await act(step);
		await settle();
	}
	disk.full = false;
	let over = false;
	const all = Promise.all(passing).finally(() => {
		over = true;
	});
	while (!over) {
		house.clock.pass(100_000);
		await settle();
	}
	await all;
}

/** Seen of one judgement, live and again. */
const seen = (seq: number, line: Pick<FrameLine | RejudgeLine, 'verdict' | 'code' | 'reasons' | 'labels'>) =>
	JSON.stringify([seq, line.verdict, line.code ?? null, line.reasons, line.labels]);

/** The facts that each session judges by: whatever state was told of its latest `seq`. */
const current = new Map<string, SessionState>();
const { advance } = SessionState.prototype;
SessionState.prototype.advance = function (this: SessionState, seq, at) {
	current.set(this.origin.id, this);
	advance.call(this, seq, at);
};

function factsOf(state: SessionState): string {
	const { seq, t: at, client, protocol } = state;
	const pending = [...state.pending('client'), ...state.pending('server')]
		.map((request) => JSON.stringify({ ...request, params: String(request.params) }))
		.sort();
	const tools = [...state.listedTools().keys()].map((name) => [name, state.tool(name)]);
	return JSON.stringify({ seq, client, protocol, pending, tools, calls: state.calls(at), labels: state.labels(at) });
}

const houses: HouseUnderTest[] = [];
t.teardown(async () => {
	for (const house of houses) await house.close();
});

async function check(dir: string, policy: Policy, kind: 'http' | 'stdio', revision: string, script: readonly Action[]) {
	const disk = { full: false };
	let probed: Json;
	const spying: Policy = {
		...policy,
		evaluator: {
			close() {},
			evaluate(input, facts) {
				const text = Buffer.from(input).toString('utf8');
				if (text.includes('"last probe"')) probed ??= JSON.parse(text);
				return policy.evaluator.evaluate(input, facts);
			},
		},
	};
	const folder = join(dir, String(houses.length));
	mkdirSync(folder);
	const house = await houseUnderTest(folder, spying, {
		kind,
		snapshotEvery: 5,
		recorder: (real) => ({
			open: (header) => real.open(header),
			get healthy() {
				return !disk.full;
			},
			close: () => real.close(),
			async append(session, lines) {
				if (disk.full) throw new Error('disk full');
				await real.append(session, lines);
			},
		}),
	});
	houses.push(house);
	try {
		const id = await house.begin(revision);
		await play(house, id, script, disk);
		// If something could not be recorded, this makes the facts anew.
		await house.client(id, { jsonrpc: '2.0', method: 'notifications/initialized' });
		const header = (await house.recorder.header(id))!;
		const before = await house.lines(id);
		const facts = factsOf(current.get(id)!);
		const same = factsOf(await rebuild(header, before));
		const recalled = factsOf(await house.snapshots.recall(header, house.recorder));
		const probe = call(9999, 'last probe');
		await house.client(id, probe);
		const lines = await house.lines(id);

		const again: string[] = [];
		for await (const { line, rejudge, judgement, status } of replay(header, lines, policy, {
			hashKey: Buffer.alloc(32),
		})) {
			if (status === 'kept') continue;
			again.push(judgement === undefined ? `${status} ${line.seq}` : seen(rejudge?.seq ?? line.seq, judgement));
		}
		const live = lines
			.filter((line: Line) => line.type === 'rejudge' || (line.type === 'frame' && line.by === undefined))
			.map((line) => seen(line.seq, line as FrameLine));
		if (JSON.stringify(again) !== JSON.stringify(live))
			throw new Error(`${live.find((line, i) => line !== again[i])}\n${again.find((line, i) => line !== live[i])}`);

		const last = lines.findLast((line) => line.type === 'frame');
		// The session was closed for being idle, or the probe had no place.
		if (probed === undefined || last?.type !== 'frame') return;
		if (facts !== same) throw new Error(`live    ${facts}\nrebuilt ${same}`);
		if (facts !== recalled) throw new Error(`live ${facts}\nfrom the snapshot ${recalled}`);
		const state = await rebuild(header, before);
		const given = { t: last.t, principal: last.principal!, recent: last.recent! };
		const findings = last.findings ?? [];
		const asked = messageIn(state, 'client', probe).members[0]!;
		const { from, kind: what, method, tool } = asked;
		const wanted = policy.partsRead(policy.index.groupsFor({ from, kind: what, method, tool: tool?.name }));
		const built = buildInput(asked, state, last.seq, given, findings, wanted);
		const rebuilt = JSON.parse(built.toString('utf8'));
		if (JSON.stringify(rebuilt) !== JSON.stringify(probed))
			throw new Error(`rebuilt ${JSON.stringify(rebuilt)}\nlive    ${JSON.stringify(probed)}`);
	} finally {
		disk.full = false;
		await house.sessions.close();
	}
}

const scripts = fc.array(fc.oneof({ weight: 6, arbitrary: action }, { weight: 1, arbitrary: decided }), {
	minLength: 4,
	maxLength: 30,
});
const kinds = fc.constantFrom('http' as const, 'stdio' as const);
const revisions = fc.constantFrom('2025-11-25', '2025-03-26');

t.test('a session under a policy that is a function: the same again', async (t) => {
	const dir = t.testdir();
	await fc.assert(
		fc.asyncProperty(kinds, revisions, scripts, (kind, revision, script) =>
			check(dir, stubPolicy(decide), kind, revision, script),
		),
		{ numRuns: 80 },
	);
	t.pass();
});

t.test('… and under a compiled one, with randomness and clock', async (t) => {
	const compiler = openTestCompiler();
	t.teardown(() => compiler.close());
	const source = sourceOf({ 'rules/a/all/all.rego': REGO });
	const policy = loadPolicy(await compilePolicy(source, { detectors: ['secrets'] }, '1', compiler));
	const dir = t.testdir();
	await fc.assert(
		fc.asyncProperty(kinds, revisions, scripts, (kind, revision, script) => check(dir, policy, kind, revision, script)),
		{ numRuns: 60 },
	);
	t.pass();
});
