import { availableParallelism } from 'node:os';
import { SluiceError } from '../../engine/error.ts';
import { type JudgedAll, judgeAll } from '../../gateway/judging/judge-all.ts';
import type { Revisions, TallyOf, Task } from '../../gateway/judging/task.ts';
import type { Shell } from '../shell.ts';
import { Meter } from './meter.ts';
import { filtersOf, type Selection, spellFilters } from './selection.ts';
import { withPlaces } from './session-places.ts';

/** How sessions are judged; none of it changes a result. */
export interface Effort {
	/** Threads; default: as many as there are cores, where it pays. */
	readonly jobs?: number;
	/** Says on stderr what it took. */
	readonly verbose?: boolean;
}

/**
 * Judges the selected sessions over all cores.
 * @throws SluiceError what finding and reading them throws; `ERR_NOTHING_TO_JUDGE` when there is no frame left
 */
export async function judgeSessions<T extends Task>(
	selection: Selection & Effort,
	makeTask: (filters: ReturnType<typeof filtersOf>) => T,
	shell: Shell,
	revisions?: Revisions,
): Promise<JudgedAll<TallyOf<T>>> {
	const filters = filtersOf(selection, shell);
	const task = makeTask(filters);
	const meter = new Meter(shell);
	const judged = await withPlaces(selection, filters.sessions, shell, async (places) => {
		const running = judgeAll(meter.counted(places), task, {
			jobs: selection.jobs ?? availableParallelism(),
			always: selection.jobs !== undefined,
			...(revisions === undefined ? {} : { revisions }),
			signal: shell.stopped,
			progress: (done) => meter.show(done),
		});
		// on Ctrl-C the threads end before the store that they read is closed
		const done = shell.use(() => running.then(nothing, nothing));
		try {
			return await running;
		} finally {
			await done();
		}
	});
	meter.clear();
	if (selection.verbose === true) meter.sum(judged.frames, judged.selected, judged.jobs);
	if (judged.tally.judged === 0) throw nothingJudged(judged, selection, task.kind);
	return judged;
}

function nothing(): void {}

/** The error for recordings in which no frame could be judged: exit 2 (contract §3). */
export function nothingJudged(
	judged: JudgedAll<{ readonly frames: number }>,
	selection: Selection,
	kind?: Task['kind'],
): SluiceError {
	const filters = spellFilters(selection);
	if (filters !== '') {
		const what = judged.selected === 0 ? 'no session is left' : 'no frame that could be judged is left';
		return new SluiceError('ERR_NOTHING_TO_JUDGE', `${what} with ${filters}`, {
			help: 'leave a filter out, or name other sessions',
		});
	}
	if (judged.sessions === 0) {
		const where = selection.all === true ? ['the store'] : selection.sessions.map((arg) => `\`${arg}\``);
		return new SluiceError('ERR_NOTHING_TO_JUDGE', `there is no recorded session in ${where.join(', ')}`, {
			help: 'sessions are files that end in .jsonl or .jsonl.gz; `sluice sessions export` writes them',
		});
	}
	if (kind === 'candidate' && judged.tally.frames > 0) {
		return new SluiceError('ERR_NOTHING_TO_JUDGE', 'no candidate has judged any frame of these sessions', {
			help: 'set `policy.candidate` in sluice.yaml, and name sessions that began after that',
		});
	}
	const what =
		judged.tally.frames === 0
			? 'the sessions have no frames'
			: 'none of the frames can be judged: the gateway itself refuses them all, or they answer nothing';
	return new SluiceError('ERR_NOTHING_TO_JUDGE', what, { help: 'name sessions with traffic in them' });
}
