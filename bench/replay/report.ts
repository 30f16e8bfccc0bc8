import { table } from '../block.ts';
import { type Machine, measuredOn } from '../machine.ts';

/** One diff over all frames, and the engine alone on the same inputs. */
export interface Row {
	readonly threads: number;
	/** Frames by the time of the whole diff: starting, reading, judging under both policies, the JSON report. */
	readonly diff: number;
	readonly engine: number;
	/** Bytes. */
	readonly peakRss: number;
}

export interface ReplayResults extends Machine {
	readonly frames: number;
	readonly sessions: number;
	/** Of the session files. */
	readonly bytes: number;
	readonly differences: number;
	readonly evaluations: number;
	/** Each figure is the median of so many. */
	readonly rounds: number;
	readonly rows: readonly Row[];
}

/** What a diff is to reach of the engine alone. */
export const BAR = 0.6;

/** The results as Markdown. */
export function render(results: ReplayResults): string {
	const { frames, sessions, bytes, differences, evaluations, rounds, rows } = results;
	const worst = Math.min(...rows.map(ratio));
	return [
		measuredOn(results),
		`- at least ${BAR} of what the engine alone does on the same inputs on the same cores: ${worst.toFixed(2)} (${worst >= BAR ? 'met' : '**not met**'})`,
		`${whole(frames)} frames of ${whole(sessions)} sessions in session files, ${whole(bytes / 2 ** 20)} MiB; ${whole(differences)} of them differ. ` +
			`Both policies together evaluate ${(evaluations / frames).toFixed(2)} inputs a frame. Medians of ${rounds} rounds.`,
		table(
			['threads', 'diff, frames/s', 'engine alone, frames/s', 'ratio', 'peak RSS MiB'],
			rows.map((row) => [
				String(row.threads),
				whole(row.diff),
				whole(row.engine),
				ratio(row).toFixed(2),
				whole(row.peakRss / 2 ** 20),
			]),
		),
	].join('\n\n');
}

function ratio({ diff, engine }: Row): number {
	return diff / engine;
}

function whole(value: number): string {
	return Math.round(value).toLocaleString('en-US');
}
