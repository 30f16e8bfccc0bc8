import t, { type Test } from 'tap';
import { type Pair, PairedRerun, pairOf } from '../../../engine/diff/pairs.ts';
import { RecordedPairs } from '../../../engine/diff/recorded-pairs.ts';
import { SessionDiff } from '../../../engine/diff/session-diff.ts';
import type { Policy } from '../../../engine/policy/load.ts';
import type { CandidateVerdict, FrameLine, Line, RejudgeLine } from '../../../engine/recording/lines.ts';
import { formatSession, parseSession } from '../../../engine/recording/session-file.ts';
import { type Replayed, replay } from '../../../engine/replay.ts';
import type { CandidateSource } from '../../../gateway/sessions/shadow.ts';
import { type Happenings, subscribe } from '../../../gateway/telemetry/channels.ts';
import { call, result } from '../../fixtures/frames.ts';
import { FakeExchange, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';

/** Holds `wire`, masks what `leak` answers, lets everything else go. */
const live = stubPolicy(({ kind, tool }) => {
	if (kind === 'request' && tool?.name === 'wire') return { reasons: [reason('hold', 'a/wire')] };
	if (kind === 'result' && tool?.name === 'leak') {
		return { reasons: [reason('mask', 'a/leak', { path: '$.result.content[0].text' })] };
	}
	return {};
}, 'live');

/** Denies `bad` and the third call that it lets pass; labels what `leak` answers, and denies `send` after that. */
const strict = stubPolicy(({ from, kind, tool, session }) => {
	if (from !== 'client' || kind !== 'request' || tool === undefined) {
		return kind === 'result' && tool?.name === 'leak'
			? { labels: [{ label: 'hot', rule: 'b/leak', level: 'enforce' }] }
			: {};
	}
	if (tool.name === 'bad') return { reasons: [reason('deny', 'b/bad')] };
	if (tool.name === 'send' && session.labels.includes('hot')) return { reasons: [reason('deny', 'b/send')] };
	return session.calls.total >= 3 ? { reasons: [reason('deny', 'b/many')] } : {};
}, 'strict');

const source = (policy: Policy | undefined) => {
	const failures: boolean[] = [];
	const candidate: CandidateSource & { policy: Policy | undefined } = {
		policy,
		current() {
			return this.policy;
		},
		judged: (failed) => failures.push(failed),
	};
	return { candidate, failures };
};

async function begun(t: Test, candidate: CandidateSource, more: Parameters<typeof houseUnderTest>[2] = {}) {
	const house = await houseUnderTest(t.testdir(), live, { candidate, ...more });
	t.teardown(() => house.close());
	const id = await house.begin();
	const told: Happenings['candidate'][] = [];
	t.teardown(subscribe('candidate', (message) => told.push(message)));
	/** A call, and its answer where it went on. */
	const ask = async (number: number, name: string) => {
		const sent = house.upstream.sent.length;
		const exchange = await house.client(id, call(number, name));
		const at = house.upstream.sent[sent]?.exchange;
		if (at !== undefined) await house.upstream.says(result(number, { content: [{ type: 'text', text: 'x' }] }), at);
		return exchange;
	};
	const said = async () =>
		(await house.lines(id))
			.filter((line): line is FrameLine | RejudgeLine => line.type === 'frame' || line.type === 'rejudge')
			.map(({ candidate }) => candidate);
	return { house, id, told, ask, said };
}

const verdicts = (said: readonly (CandidateVerdict | undefined)[]) =>
	said.map((c) => (c === undefined ? 'none' : (c.verdict ?? 'unreached')));

t.test('the candidate is recorded beside the live verdict, and nothing else changes', async (t) => {
	const { candidate, failures } = source(strict);
	const { house, id, told, ask, said } = await begun(t, candidate);
	t.match((await ask(1, 'bad')).last, { id: 1, result: { content: [{ text: 'x' }] } }, 'it went on');
	await ask(2, 'leak');
	t.match((await ask(3, 'send')).last, { result: {} });
	const all = await said();
	t.same(verdicts(all), ['allow', 'allow', 'deny', 'unreached', 'allow', 'allow', 'deny', 'unreached']);
	t.match(all[2], { revision: 'strict', verdict: 'deny', reasons: [{ rule: 'b/bad' }] });
	t.same(all[3], { revision: 'strict' }, 'who would not have asked gets no answer');
	t.match(all[6], { reasons: [{ rule: 'b/send' }] }, 'by a label of its own');
	for (const frame of await house.frames(id)) t.equal(frame.revision, 'live');
	t.same((await house.frames(id)).map(({ verdict }) => verdict).slice(2), [
		'allow',
		'allow',
		'allow',
		'mask',
		'allow',
		'allow',
	]);
	t.same(
		told.slice(-6).map(({ verdict, live, differs }) => `${verdict} ${live} ${differs}`),
		[
			'deny allow true',
			'unreached allow false',
			'allow allow false',
			'allow mask true',
			'deny allow true',
			'unreached allow false',
		],
	);
	t.equal(failures.includes(true), false);
});

t.test('it has counts of its own', async (t) => {
	const { candidate } = source(strict);
	const { ask, said } = await begun(t, candidate);
	for (let i = 1; i <= 3; i++) await ask(i, 'bad');
	for (let i = 4; i <= 7; i++) await ask(i, 'fine');
	const requests = (await said()).slice(2).filter((_, i) => i % 2 === 0);
	t.same(
		verdicts(requests),
		['deny', 'deny', 'deny', 'allow', 'allow', 'allow', 'deny'],
		'its own denials do not count',
	);
	t.match(requests.at(-1), { reasons: [{ rule: 'b/many' }] });
});

t.test('it says what replay says, releases included; replay does not look at it', async (t) => {
	const { candidate } = source(strict);
	const { house, id, ask } = await begun(t, candidate);
	await ask(1, 'leak');
	await house.client(id, { jsonrpc: '2.0', method: 'notifications/roots/list_changed' });
	await house.client(id, '{"jsonrpc":');
	const waits = new FakeExchange();
	const waiting = house.client(id, call(2, 'wire'), waits);
	let held: Awaited<ReturnType<typeof house.broker.list>> = [];
	while (held.length === 0) {
		await new Promise((resolve) => setImmediate(resolve));
		held = await house.broker.list({ state: 'pending' });
	}
	const bob = { id: 'bob', kind: 'human', issuer: 'sluice', groups: [], scopes: [], human: 'bob', claims: {} } as const;
	await house.broker.vote(held[0]!.id, bob, 'approver', 'approve');
	await waiting;
	await house.upstream.says(result(2, {}), house.upstream.sent.at(-1)!.exchange);
	await ask(3, 'send');
	await ask(4, 'bad');

	const lines = await house.lines(id);
	const header = (await house.recorder.header(id))!;
	const again: Replayed[] = [];
	for await (const one of replay(header, lines, strict)) again.push(one);
	const recorded = lines.filter((line) => line.type === 'frame' || line.type === 'rejudge');
	t.ok(recorded.some((line) => line.type === 'rejudge' && line.candidate?.verdict === 'allow'));
	t.equal(again.length, recorded.length);
	for (const [i, { status, judgement }] of again.entries()) {
		const { candidate } = recorded[i]!;
		t.equal(candidate === undefined ? 'kept' : (candidate.verdict ?? 'unreached'), judgement?.verdict ?? status);
		t.same(candidate?.reasons, judgement?.reasons);
	}
	const without = lines.map((line) => {
		const { candidate: _, ...rest } = line as FrameLine;
		return rest as typeof line;
	});
	const replayed = async (all: typeof lines) => {
		const out: unknown[] = [];
		for await (const { line: _, ...one } of replay(header, all, live))
			out.push(JSON.parse(JSON.stringify(one, (key, value) => (key === 'rejudge' ? 0 : value))));
		return out;
	};
	t.same(await replayed(lines), await replayed(without));
	const candidates = (all: readonly Line[]) => all.map((line) => (line as FrameLine).candidate);
	const folded = (next: (line: Line) => Pair | undefined) => {
		const diff = new SessionDiff(header);
		for (const pair of lines.flatMap((line) => next(line) ?? [])) diff.add(pair);
		// which labels a candidate gave is not recorded
		return { ...diff.tally('s'), exercised: [] };
	};
	const recordedPairs = new RecordedPairs();
	const judgedPairs = new PairedRerun(header, pairOf(live, strict));
	const asRecorded = folded((line) => recordedPairs.next(line));
	t.same(
		asRecorded,
		folded((line) => judgedPairs.next(line)),
		'a report of it says what `diff` says',
	);
	t.ok(asRecorded.differences.length > 0);
	t.same(candidates(parseSession(formatSession(header, lines), 's').lines), candidates(lines), 'a session file has it');
});

t.test('a candidate that fails is recorded as failing, and stops nothing', async (t) => {
	const broken = stubPolicy(() => ({}), 'broken');
	(broken.evaluator as { evaluate: unknown }).evaluate = () => ({
		ok: false,
		code: 'ERR_EVALUATION_FUEL',
		message: 'x',
	});
	const { candidate, failures } = source(broken);
	const { ask, said } = await begun(t, candidate);
	t.match((await ask(1, 'fine')).last, { result: {} });
	t.match((await said()).at(0), { revision: 'broken', verdict: 'deny', code: 'ERR_EVALUATION_FUEL', reasons: [] });
	t.ok(failures.every(Boolean));

	const troubles: unknown[] = [];
	t.teardown(subscribe('trouble', (message) => troubles.push(message)));
	candidate.current = () => {
		throw new Error('gone mad');
	};
	t.match((await ask(2, 'fine')).last, { result: {} });
	t.match((await ask(3, 'fine')).last, { result: {} });
	t.match(troubles, [{ code: 'ERR_CANDIDATE_FAILED', message: /gone mad/ }], 'once');
	t.same(verdicts((await said()).slice(-4)), ['none', 'none', 'none', 'none']);
});

t.test('a session is judged from its first frame on, or not at all', async (t) => {
	const { candidate } = source(undefined);
	const { ask, said } = await begun(t, candidate);
	candidate.policy = strict;
	await ask(1, 'fine');
	t.same(new Set(verdicts(await said())), new Set(['none']));

	const other = source(strict);
	const second = await begun(t, other.candidate);
	await second.ask(1, 'fine');
	other.candidate.policy = undefined;
	await second.ask(2, 'fine');
	other.candidate.policy = strict;
	await second.ask(3, 'fine');
	t.same(verdicts((await second.said()).slice(2)), ['allow', 'allow', 'none', 'none', 'none', 'none']);
});

t.test('what could not be recorded is not among its facts', async (t) => {
	const { candidate } = source(strict);
	let fail = false;
	const { house, ask, said } = await begun(t, candidate, {
		recorder: (real) => ({
			open: (header) => real.open(header),
			append: (session, lines) => (fail ? Promise.reject(new Error('full')) : real.append(session, lines)),
			get healthy() {
				return !fail;
			},
			close: () => real.close(),
		}),
	});
	fail = true;
	const sent = house.upstream.sent.length;
	await ask(1, 'fine');
	t.equal(house.upstream.sent.length, sent);
	fail = false;
	await ask(2, 'fine');
	t.same(verdicts((await said()).slice(-2)), ['none', 'none']);
});
