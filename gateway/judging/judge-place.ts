import { CandidateMerger, type CandidateTally, SeenRevisions } from '../../engine/diff/candidate-tally.ts';
import { DiffMerger } from '../../engine/diff/merge.ts';
import { PairedRerun, pairOf } from '../../engine/diff/pairs.ts';
import { RecordedPairs } from '../../engine/diff/recorded-pairs.ts';
import { readersOfRecent, SessionDiff } from '../../engine/diff/session-diff.ts';
import type { DiffTally } from '../../engine/diff/tally.ts';
import type { Policy } from '../../engine/policy/load.ts';
import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';
import { Rerun, replayOptions } from '../../engine/replay.ts';
import { ReplayMerger } from '../../engine/tally/merge-replays.ts';
import type { ReplayTally } from '../../engine/tally/replay-tally.ts';
import { SessionReplay } from '../../engine/tally/session-replay.ts';
import { driftFrom } from './describe.ts';
import { describesDifferences, describesRecorded } from './describe-difference.ts';
import { describeReplayed } from './describe-replayed.ts';
import { type SessionPlace, wanted } from './place.ts';
import { loadPortable } from './portable.ts';
import { type OpenStore, readSessions } from './read.ts';
import type { CandidateTask, DiffTask, Known, PlaceTally, ReplayTask, Revisions, TallyOf, Task } from './task.ts';

/** One session on its way through the policies. */
interface Session<T> {
	readonly header: RecordingHeader;
	line(line: Line): Promise<void> | undefined;
	/** `name`: how it is called in reports. */
	tally(name: string): T;
}

interface Judging<T> {
	session(header: RecordingHeader, hashKey: Buffer | undefined, known: Known): Session<T>;
	merge(tallies: readonly T[], known: Known): T;
}

/** Judges the sessions of a place; what it knows of policies stays for the next one. */
export type JudgePlace<T> = (place: SessionPlace, known: Known) => Promise<PlaceTally<T>>;

/** `check` is asked at every line, and throws when nobody wants the result any more. */
export function judgesPlaces<T extends Task>(
	task: T,
	revisions: Revisions,
	openStore: OpenStore,
	check: () => void,
): JudgePlace<TallyOf<T>> {
	const asked: Task = task;
	const judging = judgingFor(asked, revisions) as unknown as Judging<TallyOf<T>>;
	return async (place, known) => {
		const done: Session<TallyOf<T>>[] = [];
		let sessions = 0;
		let frames = 0;
		let current: Session<TallyOf<T>> | undefined;
		await readSessions(
			place,
			{
				begin(header) {
					sessions++;
					current = undefined;
					if (!wanted(task.sessions, header)) return false;
					const hashKey = place.kind === 'store' ? Buffer.from(place.hashKey) : undefined;
					current = judging.session(header, hashKey, known);
					done.push(current);
					return true;
				},
				line(line) {
					check();
					if (line.type === 'frame') frames++;
					return current?.line(line);
				},
			},
			openStore,
		);
		const several = sessions > 1 || (place.kind !== 'store' && place.several === true);
		const name = ({ header }: Session<unknown>) => (several ? `${place.name}#${header.id}` : place.name);
		const tallies = done.map((session) => session.tally(name(session)));
		const [only, another] = tallies;
		const tally = only !== undefined && another === undefined ? only : judging.merge(tallies, known);
		return { sessions, selected: done.length, frames, tally };
	};
}

function judgingFor(task: Task, revisions: Revisions) {
	switch (task.kind) {
		case 'diff':
			return diffs(task);
		case 'replay':
			return replays(task, revisions);
		case 'candidate':
			return candidates(task);
	}
}

function candidates({ frames: filter, examples }: CandidateTask): Judging<CandidateTally> {
	// an older recording may lack what a candidate would have masked, whatever rule it was
	const lacksFacts = () => true;
	return {
		session(header, _hashKey, { full }) {
			const pairs = new RecordedPairs();
			const revisions = new SeenRevisions();
			const options = {
				filter,
				lacksFacts,
				describe: describesRecorded,
				examples,
				...(full === undefined ? {} : { full }),
			};
			const diff = new SessionDiff(header, options);
			return {
				header,
				line(line) {
					revisions.add(line);
					const pair = pairs.next(line);
					if (pair !== undefined) diff.add(pair);
					return undefined;
				},
				tally: (name) => ({ ...diff.tally(name), ...revisions.lists }),
			};
		},
		merge(tallies) {
			const merger = new CandidateMerger(examples);
			for (const tally of tallies) merger.add(tally);
			return merger.tally();
		},
	};
}

function diffs(task: DiffTask): Judging<DiffTally> {
	const from = loadPortable(task.from);
	const to = task.to.compiled.revision === task.from.compiled.revision ? from : loadPortable(task.to);
	const policies = pairOf(from, to);
	const lacksFacts = readersOfRecent(from, to);
	const describe = describesDifferences(from, to, task.reveal);
	const { frames: filter, examples } = task;
	return {
		session(header, hashKey, { full }) {
			const rerun = new PairedRerun(header, policies, hashKey === undefined ? {} : { hashKey });
			const options = { filter, lacksFacts, describe, examples, ...(full === undefined ? {} : { full }) };
			const diff = new SessionDiff(header, options);
			return {
				header,
				line(line) {
					const pair = rerun.next(line);
					if (pair !== undefined) diff.add(pair);
					return undefined;
				},
				tally: (name) => diff.tally(name),
			};
		},
		merge(tallies) {
			const merger = new DiffMerger(examples);
			for (const tally of tallies) merger.add(tally);
			return merger.tally();
		},
	};
}

function replays(task: ReplayTask, revisions: Revisions): Judging<ReplayTally> {
	const fixed = task.policy === undefined ? undefined : loadPortable(task.policy);
	const loaded = new Map<string, Policy>();
	const { frames: filter } = task;
	return {
		session(header, hashKey, { room: listed = task.listed }) {
			const rerun = new Rerun(header, replayOptions(hashKey === undefined ? {} : { hashKey }));
			let last = fixed;
			const replay = new SessionReplay(header, {
				filter,
				listed,
				drift: driftFrom,
				describe: (replayed, drift) => describeReplayed(replayed, drift, last, task.reveal),
			});
			const judge = (line: Line, policy: Policy | undefined): void => {
				last = policy ?? last;
				const replayed = rerun.next(line, policy);
				if (replayed !== undefined) replay.add(replayed);
			};
			return {
				header,
				line(line) {
					if (fixed !== undefined || !isJudged(line)) {
						judge(line, fixed);
						return undefined;
					}
					const { revision } = line;
					const known = revision === undefined ? undefined : loaded.get(revision);
					if (known !== undefined) {
						judge(line, known);
						return undefined;
					}
					return revisions(revision).then((found) => {
						const policy = loadPortable(found);
						loaded.set(found.compiled.revision, policy);
						judge(line, policy);
					});
				},
				tally: (name) => replay.tally(name),
			};
		},
		merge(tallies, { room: listed = task.listed }) {
			const merger = new ReplayMerger(listed);
			for (const tally of tallies) merger.add(tally);
			return merger.tally();
		},
	};
}

/** Does a policy say anything at this line? */
function isJudged(line: Line): line is Extract<Line, { type: 'frame' | 'rejudge' }> {
	return line.type === 'rejudge' || (line.type === 'frame' && line.by !== 'gateway');
}
