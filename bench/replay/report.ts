import { table } from '../block.ts';
import { type Machine, measuredOn } from '../machine.ts';

/** One diff over all frames, and the engine alone on the same inputs. Each figure is the median of the rounds. */
export interface Row {
	readonly threads: number;
	/** Frames by the time of the whole diff: starting, reading, judging under both policies, the JSON report. */
	readonly diff: number;
	readonly engine: number;
	/** `diff` by `engine`, of the same round. */
	readonly ratio: number;
	/** The same by processor time: what else the machine does shows less. */
	readonly cpuRatio: number;
	/** Bytes; the highest of all rounds. */
	readonly peakRss: number;
	/** Bytes, of a diff over a quarter of the sessions. */
	readonly peakRssOfQuarter: number;
}

export interface ReplayResults extends Machine {
	readonly frames: number;
	readonly sessions: number;
	/** Of the session files. */
	readonly bytes: number;
	readonly differences: number;
	readonly evaluationsPerFrame: number;
	readonly rounds: number;
	readonly rows: readonly Row[];
}

/** What a diff is to reach of the engine alone. */
export const BAR = 0.6;
/** How much more memory four times the frames may take: collectors do not take the same twice. */
export const GROWTH = 1.25;

/** The results as Markdown. */
export function render(results: ReplayResults): string {
	const { frames, sessions, bytes, differences, evaluationsPerFrame, rounds, rows } = results;
	const worst = Math.min(...rows.map(({ ratio }) => ratio));
	const growth = Math.max(...rows.map((row) => row.peakRss / row.peakRssOfQuarter));
	const met = (yes: boolean) => (yes ? 'met' : '**not met**');
	return [
		measuredOn(results),
		`- at least ${BAR} of what the engine alone does on the same inputs on the same cores: ${worst.toFixed(2)} (${met(worst >= BAR)})\n` +
			`- peak RSS, by that of a quarter of the frames, at most ${GROWTH}: ${growth.toFixed(2)} (${met(growth <= GROWTH)})`,
		`${whole(frames)} frames of ${whole(sessions)} sessions in session files, ${whole(bytes / 2 ** 20)} MiB; ${whole(differences)} of them differ. ` +
			`Both policies together evaluate ${evaluationsPerFrame.toFixed(2)} inputs a frame. ${rounds === 1 ? 'One round.' : `Medians of ${rounds} rounds.`}`,
		table(
			[
				'threads',
				'diff, frames/s',
				'engine alone, frames/s',
				'ratio',
				'ratio of CPU time',
				'peak RSS MiB',
				'of a quarter',
			],
			rows.map((row) => [
				String(row.threads),
				whole(row.diff),
				whole(row.engine),
				row.ratio.toFixed(2),
				row.cpuRatio.toFixed(2),
				whole(row.peakRss / 2 ** 20),
				whole(row.peakRssOfQuarter / 2 ** 20),
			]),
		),
	].join('\n\n');
}

function whole(value: number): string {
	return Math.round(value).toLocaleString('en-US');
}
