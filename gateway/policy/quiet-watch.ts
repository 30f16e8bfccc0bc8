import type { Clock } from '../clock.ts';
import type { PolicyOrigin, Reading } from './origin.ts';

/** How often the files are looked at, ms. */
export const POLL_MS = 500;
/** How long nothing may change before files are read, ns (contract §4 *Policy reload*). */
const QUIET_NS = 1_000_000_000n;

/**
 * Notices that an origin has changed and settled: after a second of quiet it is read, and taken when the reading
 * half a second later is equal. Polls, because file notifications lose events on network mounts, on replaced
 * folders and on swapped links, and a policy change that is lost is worse than one that is late.
 */
export class QuietWatch {
	readonly #origin: Pick<PolicyOrigin, 'footprint' | 'read'>;
	readonly #clock: Clock;
	readonly #settled: (reading: Reading) => Promise<void>;
	#footprint = '';
	/** Since when nothing changed, while a change waits to be taken. */
	#quietSince: bigint | undefined;
	#first: Reading | undefined;
	#cancel: (() => void) | undefined;
	#closed = false;

	/** `settled` must not reject; while it is at work nothing is polled. */
	constructor(
		origin: Pick<PolicyOrigin, 'footprint' | 'read'>,
		clock: Clock,
		settled: (reading: Reading) => Promise<void>,
	) {
		this.#origin = origin;
		this.#clock = clock;
		this.#settled = settled;
	}

	/** `footprint`: that of the files before what is in force was read, so that no change falls between. */
	start(footprint: string): void {
		this.#footprint = footprint;
		this.#again();
	}

	close(): void {
		this.#closed = true;
		this.#cancel?.();
	}

	#again(): void {
		if (this.#closed) return;
		this.#cancel = this.#clock.after(POLL_MS, () => void this.#look().finally(() => this.#again()));
	}

	async #look(): Promise<void> {
		const footprint = await this.#origin.footprint();
		if (footprint !== this.#footprint) {
			this.#footprint = footprint;
			this.#quietSince = this.#clock.now();
			this.#first = undefined;
			return;
		}
		if (this.#quietSince === undefined || this.#clock.now() - this.#quietSince < QUIET_NS) return;
		const reading = await this.#origin.read();
		if (reading.fingerprint !== this.#first?.fingerprint) {
			this.#first = reading;
			return;
		}
		this.#quietSince = undefined;
		this.#first = undefined;
		if (!this.#closed) await this.#settled(reading);
	}
}
