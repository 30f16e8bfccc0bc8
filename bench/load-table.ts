import { run, type Service } from './child.ts';
import type { Load, Measured } from './load.ts';

/** Something the load can be sent to. */
export interface Target {
	readonly name: 'direct' | 'proxy' | 'sluice';
	readonly url: string;
	readonly token?: string;
	/** The process between client and upstream, whose CPU is counted. */
	readonly service?: Service;
}

/** One cell of the table: medians over the rounds. */
export interface Cell {
	readonly profile: string;
	readonly clients: number;
	readonly target: Target['name'];
	readonly perSecond: number;
	readonly p50: number;
	readonly p99: number;
	/** CPU of the process in the middle, µs a call. */
	readonly cpu?: number;
	readonly errors: number;
	readonly firstError?: string;
	/** Lowest and highest calls/s of the rounds. */
	readonly spread: readonly [number, number];
}

/** What is sent and what comes back, bytes of text. */
export const PROFILES = [
	{ name: '0.5 KB both ways', argument: 500 },
	{ name: '0.5 KB there, 8 KB back', argument: 500, reply: 8192 },
] as const;

export const CLIENTS = [1, 32, 256] as const;

/** How long and how often. ms. */
export interface Effort {
	readonly rounds: number;
	readonly warm: number;
	readonly run: number;
}

/** Measures every cell. Within a round the targets take turns, so that a busy moment of the machine meets them alike. */
export async function measureLoad(
	targets: readonly Target[],
	effort: Effort,
	say: (text: string) => void,
): Promise<Cell[]> {
	const cells: Cell[] = [];
	for (const profile of PROFILES) {
		for (const clients of CLIENTS) {
			const rounds: Measured[][] = targets.map(() => []);
			for (let round = 0; round < effort.rounds; round++) {
				// Another one begins each round: nobody always runs after the same neighbour.
				for (let turn = 0; turn < targets.length; turn++) {
					const index = (turn + round) % targets.length;
					rounds[index]!.push(await once(targets[index]!, profile, clients, effort));
				}
			}
			targets.forEach((target, index) => {
				const cell = summarise(profile.name, clients, target.name, rounds[index]!);
				cells.push(cell);
				const wrong = cell.errors === 0 ? '' : `, ${cell.errors} ERRORS: ${cell.firstError}`;
				say(
					`${profile.name}, ${clients} clients, ${target.name}: ${cell.perSecond} calls/s, p50 ${cell.p50} µs, p99 ${cell.p99} µs${wrong}`,
				);
			});
		}
	}
	return cells;
}

async function once(
	target: Target,
	profile: (typeof PROFILES)[number],
	clients: number,
	effort: Effort,
): Promise<Measured> {
	const load: Load = {
		url: target.url,
		clients,
		argument: profile.argument,
		warm: effort.warm,
		run: effort.run,
		...('reply' in profile ? { reply: profile.reply } : {}),
		...(target.token === undefined ? {} : { token: target.token }),
		...(target.service === undefined ? {} : { pid: target.service.pid }),
	};
	return JSON.parse(await run('bench/load.ts', [JSON.stringify(load)], effort.warm + effort.run + 60_000)) as Measured;
}

function summarise(profile: string, clients: number, target: Target['name'], rounds: readonly Measured[]): Cell {
	const rates = rounds.map((round) => round.perSecond);
	const cpu = rounds.flatMap((round) => (round.cpu === undefined ? [] : [round.cpu]));
	const firstError = rounds.find((round) => round.firstError !== undefined)?.firstError;
	return {
		profile,
		clients,
		target,
		perSecond: median(rates),
		p50: median(rounds.map((round) => round.p50)),
		p99: median(rounds.map((round) => round.p99)),
		...(cpu.length === 0 ? {} : { cpu: median(cpu) }),
		errors: rounds.reduce((sum, round) => sum + round.errors, 0),
		...(firstError === undefined ? {} : { firstError }),
		spread: [Math.min(...rates), Math.max(...rates)],
	};
}

/** The middle one, the lower of two. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
