import fc from 'fast-check';
import t from 'tap';
import { PairedRerun, pairOf } from '../../../engine/diff/pairs.ts';
import { readersOfRecent, SessionDiff } from '../../../engine/diff/session-diff.ts';
import type { DiffTally } from '../../../engine/diff/tally.ts';
import { type Difference, diffJudgements } from '../../../engine/diff.ts';
import { loadPolicy, type Policy } from '../../../engine/policy/load.ts';
import { type Replayed, replay } from '../../../engine/replay.ts';
import { randomPolicies, settings } from '../../fixtures/random-policy.ts';
import { type Recorded, recorded } from '../../fixtures/recorded.ts';
import { COLD, openTestCompiler } from '../policy/compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());
const policyOf = await randomPolicies(compiler);

/** One side of the comparison: everything that a full replay under one policy says, by the line that it says it at. */
async function all({ header, lines }: Recorded, policy: Policy): Promise<Map<number, Replayed>> {
	const found = new Map<number, Replayed>();
	for await (const replayed of replay(header, lines, policy)) {
		found.set(replayed.rejudge?.seq ?? replayed.line.seq, replayed);
	}
	return found;
}

/** The two replays held against each other, frame by frame, with nothing shared between them. */
async function compared(session: Recorded, from: Policy, to: Policy) {
	const [a, b] = [await all(session, from), await all(session, to)];
	const lacksFacts = readersOfRecent(from, to);
	const differences: Difference[] = [];
	const unreached: number[] = [];
	let frames = 0;
	let judged = 0;
	for (const line of session.lines) {
		const [x, y] = [a.get(line.seq), b.get(line.seq)];
		if (line.type === 'frame') {
			frames++;
			if (x?.judgement !== undefined && y?.judgement !== undefined) judged++;
			if (x?.status === 'unreached' || y?.status === 'unreached') unreached.push(line.seq);
		}
		if (x === undefined || y === undefined) continue;
		const difference = diffJudgements(x, y, { lacksFacts });
		if (difference === undefined || differences.some(({ seq }) => seq === difference.seq)) continue;
		differences.push(difference);
	}
	return { frames, judged, unreached, differences };
}

function tallied({ header, lines }: Recorded, from: Policy, to: Policy): DiffTally {
	const rerun = new PairedRerun(header, pairOf(from, to));
	const diff = new SessionDiff(header, { lacksFacts: readersOfRecent(from, to) });
	for (const line of lines) {
		const pair = rerun.next(line);
		if (pair !== undefined) diff.add(pair);
	}
	return diff.tally('it');
}

/** As `compared` gives them. */
function spelled({ differences, shapes }: DiffTally): Difference[] {
	const list: Difference[] = [];
	for (let i = 0; i < differences.length; i += 3)
		list.push({ seq: differences[i + 1]!, ...shapes[differences[i + 2]!]! });
	return list;
}

const everySecond = (numbers: readonly number[]) => numbers.filter((_, i) => i % 2 === 1);
const sorted = (list: readonly Difference[]) => JSON.stringify([...list].map((d) => Object.entries(d).sort()));

t.test('the diff of two policies is what two full replays say differently', async (t) => {
	const seen = new Map<string, number>();
	await fc.assert(
		fc.asyncProperty(settings, settings, recorded, async (one, other, session) => {
			const [from, to] = [loadPolicy(policyOf(one)), loadPolicy(policyOf(other))];
			const expected = await compared(session, from, to);
			const tally = tallied(session, from, to);
			const found = spelled(tally);
			for (const { kind } of found) seen.set(kind, (seen.get(kind) ?? 0) + 1);
			if (sorted(found) !== sorted(expected.differences)) {
				throw new Error(`expected ${sorted(expected.differences)}\nfound    ${sorted(found)}`);
			}
			const { frames, judged, unreached } = expected;
			return tally.frames === frames && tally.judged === judged && `${everySecond(tally.unreached)}` === `${unreached}`;
		}),
		{ numRuns: 150 },
	);
	// a property over nothing would hold
	for (const kind of ['allow → deny', 'deny → allow', 'allow → hold']) {
		t.ok((seen.get(kind) ?? 0) > 0, `${kind} came up`);
	}
	t.ok(
		[...seen.keys()].some((kind) => kind.startsWith('mask')),
		'masks came up',
	);
});

t.test('a policy does not differ from itself', async (t) => {
	fc.assert(
		fc.property(settings, recorded, (one, session) => {
			const [policy, again] = [loadPolicy(policyOf(one)), loadPolicy(policyOf(one))];
			const twice = tallied(session, policy, { ...again, revision: 'another' });
			const once = tallied(session, policy, policy);
			return twice.differences.length === 0 && once.differences.length === 0 && once.judged === twice.judged;
		}),
		{ numRuns: 60 },
	);
	t.pass();
});

t.test('the other way round it is the mirror', async (t) => {
	const CLASS = { loosened: 'tightened', tightened: 'loosened', changed: 'changed', unknown: 'unknown' } as const;
	fc.assert(
		fc.property(settings, settings, recorded, (one, other, session) => {
			const [from, to] = [loadPolicy(policyOf(one)), loadPolicy(policyOf(other))];
			const [there, back] = [tallied(session, from, to), tallied(session, to, from)];
			const mirrored = spelled(back).map((d) => ({
				...{ seq: d.seq, rule: d.rule, class: CLASS[d.class], from: d.to, to: d.from },
				...{ loosens: d.tightens, tightens: d.loosens, what: d.what },
			}));
			const straight = spelled(there).map((d) => ({
				...{ seq: d.seq, rule: d.rule, class: d.class, from: d.from, to: d.to },
				...{ loosens: d.loosens, tightens: d.tightens, what: d.what },
			}));
			const same = JSON.stringify(mirrored) === JSON.stringify(straight);
			return same && there.groups.length === back.groups.length && `${there.unreached}` === `${back.unreached}`;
		}),
		{ numRuns: 100 },
	);
	t.pass();
});
