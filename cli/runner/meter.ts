import type { Progress } from '../../gateway/judging/judge-all.ts';
import type { SessionPlace } from '../../gateway/judging/place.ts';
import type { Shell } from '../shell.ts';

/** Between two looks, ns. */
const LOOK = 250_000_000n;

/** How far judging many sessions is: one line on a terminal that is written over, nothing in a pipe. */
export class Meter {
	readonly #shell: Shell;
	readonly #live: boolean;
	readonly #began: bigint;
	#last = 0n;
	/** Weight of all places that have been found so far; whether there will be more. */
	#weight = 0;
	#all = false;

	constructor(shell: Shell) {
		this.#shell = shell;
		this.#live = (shell.stderr as { readonly isTTY?: boolean }).isTTY === true;
		this.#began = shell.clock.now();
	}

	/** The same places; how much there is to do is known once the last has been asked for. */
	async *counted(places: AsyncIterable<SessionPlace>): AsyncGenerator<SessionPlace> {
		for await (const place of places) {
			this.#weight += place.weight;
			yield place;
		}
		this.#all = true;
	}

	show(done: Progress): void {
		const now = this.#shell.clock.now();
		if (!this.#live || now - this.#last < LOOK) return;
		this.#last = now;
		const seconds = Number(now - this.#began) / 1e9;
		const left = done.weight > 0 ? (seconds / done.weight) * (this.#weight - done.weight) : 0;
		const ends = this.#all && left > 0 ? `, ${Math.ceil(left)} s left` : '';
		const line = `${count(done.sessions, 'session')}, ${count(done.frames, 'frame')}, ${rate(done.frames, seconds)}${ends}`;
		this.#shell.err(`\r\x1b[2K${line.slice(0, this.#shell.width - 1)}`);
	}

	clear(): void {
		if (this.#live && this.#last > 0n) this.#shell.err('\r\x1b[2K');
	}

	/** What it took in all: nothing of it belongs to the result. */
	sum(frames: number, sessions: number, jobs: number): void {
		const seconds = Number(this.#shell.clock.now() - this.#began) / 1e9;
		const peak = Math.round(process.resourceUsage().maxRSS / 1024);
		const what = `${count(frames, 'frame')} of ${count(sessions, 'session')}`;
		const took = `${seconds.toFixed(1)} s, ${rate(frames, seconds)}, ${count(jobs, 'thread')}, peak RSS ${peak} MiB`;
		this.#shell.err(`${what} judged in ${took}\n`);
	}
}

function rate(frames: number, seconds: number): string {
	return `${Math.round(frames / Math.max(seconds, 0.001)).toLocaleString('en-US')} frames/s`;
}

function count(number: number, what: string): string {
	return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}
