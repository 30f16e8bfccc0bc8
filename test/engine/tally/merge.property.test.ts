import fc from 'fast-check';
import t from 'tap';
import { mergeDiffs } from '../../../engine/diff/merge.ts';
import { PairedRerun, pairOf } from '../../../engine/diff/pairs.ts';
import { SessionDiff } from '../../../engine/diff/session-diff.ts';
import { type DiffTally, EMPTY_DIFF } from '../../../engine/diff/tally.ts';
import type { Policy } from '../../../engine/policy/load.ts';
import { Rerun, replayOptions } from '../../../engine/replay.ts';
import { mergeReplays } from '../../../engine/tally/merge-replays.ts';
import { EMPTY_REPLAY, type ReplayTally } from '../../../engine/tally/replay-tally.ts';
import { SessionReplay } from '../../../engine/tally/session-replay.ts';
import { reason, stubPolicy } from '../../fixtures/house.ts';
import { type Recorded, recorded } from '../../fixtures/recorded.ts';

/** biome-ignore lint/suspicious/noExplicitAny: any JSON */
type Json = any;

const closing = (revision: string, deny: readonly string[], hold: readonly string[]): Policy =>
	stubPolicy((input: Json) => {
		const tool = input.kind === 'request' ? input.tool?.name : undefined;
		const reasons = [
			...(deny.includes(tool) ? [reason('deny', `a/${tool}`)] : []),
			...(hold.includes(tool) ? [reason('hold', 'a/hold')] : []),
		];
		return { reasons };
	}, revision);
const FROM = closing('from', ['exec', 'send'], ['ask']);
const TO = closing('to', ['exec', 'read'], ['send', 'mark']);
const LISTED = { changed: 3, others: 2 };

function diffOf({ header, lines }: Recorded, i: number): DiffTally {
	const rerun = new PairedRerun({ ...header, id: `s${i}` }, pairOf(FROM, TO));
	const diff = new SessionDiff(
		{ ...header, id: `s${i}` },
		{
			describe: ({ line }) => ({ frame: `${i}/${line.seq}`, from: '', to: '', detail: [] }),
		},
	);
	for (const line of lines) {
		const pair = rerun.next(line);
		if (pair !== undefined) diff.add(pair);
	}
	return diff.tally(`s${i}`);
}

function replayOf({ header, lines }: Recorded, i: number): ReplayTally {
	const rerun = new Rerun(header, replayOptions());
	const replay = new SessionReplay(
		{ ...header, id: `s${i}` },
		{
			listed: LISTED,
			drift: ({ judgement, line }) => (judgement?.verdict === line.verdict ? undefined : 'other'),
			describe: ({ line }) => ({ frame: `${i}/${line.seq}`, message: '', detail: [] }),
		},
	);
	for (const line of lines) {
		const replayed = rerun.next(line, FROM);
		if (replayed !== undefined) replay.add(replayed);
	}
	return replay.tally(`s${i}`);
}

/** Merges neighbours at random until one is left. */
function folded<T>(list: readonly T[], cuts: readonly number[], merge: (some: readonly T[]) => T): T {
	let left = [...list];
	for (const cut of cuts) {
		if (left.length < 2) break;
		const at = cut % (left.length - 1);
		left = [...left.slice(0, at), merge([left[at]!, left[at + 1]!]), ...left.slice(at + 2)];
	}
	return merge(left);
}

const sessions = fc.array(recorded, { maxLength: 8 });
const cuts = fc.array(fc.nat(20), { maxLength: 10 });
/** As another thread or a gateway gives it back. */
const sent = <T>(tally: T): T => structuredClone(JSON.parse(JSON.stringify(tally)));

t.test('diffs: however sessions are split, the whole is the same', async (t) => {
	let most = 0;
	fc.assert(
		fc.property(sessions, cuts, (list, at) => {
			const tallies = list.map(diffOf);
			const whole = mergeDiffs(tallies);
			const parts = folded(tallies.map(sent), at, (some) => sent(mergeDiffs(some)));
			most = Math.max(most, whole.differences.length / 3);
			for (const { examples } of whole.groups) if (examples.length > 3) return false;
			return JSON.stringify(parts) === JSON.stringify(whole);
		}),
		{ numRuns: 200 },
	);
	t.ok(most > 10, `some have many differences: ${most}`);
	t.strictSame(mergeDiffs([]), EMPTY_DIFF);
});

t.test('replays: likewise, and only so many frames are told of', async (t) => {
	let most = 0;
	fc.assert(
		fc.property(sessions, cuts, (list, at) => {
			const tallies = list.map(replayOf);
			const whole = mergeReplays(tallies, LISTED);
			const parts = folded(tallies.map(sent), at, (some) => sent(mergeReplays(some, LISTED)));
			const items = whole.sessions.flatMap((session) => session.items);
			most = Math.max(most, whole.frames);
			if (items.filter(({ changed }) => changed).length > 3 || items.length > 5) return false;
			return JSON.stringify(parts) === JSON.stringify(whole);
		}),
		{ numRuns: 200 },
	);
	t.ok(most > 20);
	t.strictSame(mergeReplays([], LISTED), EMPTY_REPLAY);
});

t.test('groups that have enough examples are not given more, and nothing else changes', async (t) => {
	fc.assert(
		fc.property(fc.array(recorded, { minLength: 2, maxLength: 6 }), (list) => {
			const tallies = list.map(diffOf);
			const without = tallies.map((tally, i) => {
				const before = mergeDiffs(tallies.slice(0, i));
				const full = new Set(
					before.groups.filter(({ examples }) => examples.length === 3).map(({ rule, kind }) => rule + kind),
				);
				const groups = tally.groups.map((g) => (full.has(g.rule + g.kind) ? { ...g, examples: [] } : g));
				return { ...tally, groups };
			});
			return JSON.stringify(mergeDiffs(without)) === JSON.stringify(mergeDiffs(tallies));
		}),
	);
	t.pass();
});
