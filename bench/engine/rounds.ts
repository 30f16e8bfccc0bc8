import { setImmediate } from 'node:timers/promises';

/** Something whose calls are timed. */
export interface Subject {
	readonly name: string;
	/** One call. What takes a promise is awaited. */
	run(): unknown;
	/** Is a call awaited? One that is not costs no turn of the event loop. */
	readonly awaited?: boolean;
	/** Fewer calls for what is slow: this part of them. Default: 1. */
	readonly share?: number;
}

/** How much is measured. */
export interface Effort {
	readonly rounds: number;
	/** Calls of a subject in a round. */
	readonly calls: number;
	/** Calls before the first round, so that everything is compiled. */
	readonly warmUp: number;
}

/** What the calls of one subject took in one round, µs. */
export interface Round {
	readonly p50: number;
	readonly p99: number;
}

/**
 * Times all subjects in turns: a busy moment of the machine meets them alike, so that ratios within a round mean
 * something on a machine that does other things too. Another one begins each round: nobody always runs after the same
 * neighbour.
 */
export async function measure<K extends string>(
	subjects: Readonly<Record<K, Subject>>,
	effort: Effort,
	progress: (text: string) => void,
): Promise<Record<K, Round[]>> {
	const keys = Object.keys(subjects) as K[];
	const rounds = Object.fromEntries(keys.map((key) => [key, [] as Round[]])) as Record<K, Round[]>;
	for (const key of keys) {
		// a turn of the event loop: Ctrl-C is heard then
		await setImmediate();
		progress(`warming up: ${subjects[key].name}`);
		await timed(subjects[key], effort.warmUp);
	}
	for (let round = 0; round < effort.rounds; round++) {
		for (let turn = 0; turn < keys.length; turn++) {
			await setImmediate();
			const key = keys[(turn + round) % keys.length]!;
			progress(`round ${round + 1} of ${effort.rounds}: ${subjects[key].name}`);
			rounds[key].push(await timed(subjects[key], effort.calls));
		}
	}
	return rounds;
}

async function timed({ run, awaited = false, share = 1 }: Subject, calls: number): Promise<Round> {
	const times = new Float64Array(Math.max(1, Math.ceil(calls * share)));
	for (let i = 0; i < times.length; i++) {
		const started = performance.now();
		if (awaited) await run();
		else run();
		times[i] = (performance.now() - started) * 1000;
	}
	return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** The value below which a part `q` of `values` lies. */
export function quantile(values: ArrayLike<number>, q: number): number {
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
