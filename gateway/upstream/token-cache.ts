import type { Clock } from '../clock.ts';
import { BackOff } from './back-off.ts';
import type { AccessToken } from './types.ts';

/** A token is fetched anew this long before its end, or a tenth of its life if that is less. ns. */
const MARGIN = 60_000_000_000n;
/** A server that refuses also the token that was fetched because of a refusal has another problem. ns. */
const REFUSAL_REST = 10_000_000_000n;

interface Kept {
	readonly token: AccessToken;
	readonly fetched: bigint;
	/** Fetched because the server refused the one before. */
	readonly afterRefusal: boolean;
}

/**
 * One access token, fetched when it is needed and kept until shortly before its end: one request at a time however
 * many wait for it, and none for a while after a failure. While the old one lasts a failure is nobody's concern.
 */
export class TokenCache {
	readonly #clock: Clock;
	readonly #fetch: () => Promise<AccessToken>;
	readonly #backOff: BackOff;
	#kept: Kept | undefined;
	#fetching: Promise<AccessToken> | undefined;
	#refused = false;

	constructor(clock: Clock, fetch: () => Promise<AccessToken>) {
		this.#clock = clock;
		this.#fetch = fetch;
		this.#backOff = new BackOff(clock);
	}

	/** @throws UpstreamError */
	async get(): Promise<AccessToken> {
		const now = this.#clock.now();
		const kept = this.#kept;
		if (kept !== undefined && now < kept.token.expires - margin(kept)) return kept.token;
		this.#fetching ??= this.#renew().finally(() => {
			this.#fetching = undefined;
		});
		try {
			return await this.#fetching;
		} catch (error) {
			if (kept !== undefined && this.#clock.now() < kept.token.expires && this.#kept === kept) return kept.token;
			throw error;
		}
	}

	/** A server refused the token: true if there may be another one now. */
	drop(value: string): boolean {
		const kept = this.#kept;
		// Somebody else dropped it before.
		if (kept === undefined || kept.token.value !== value) return true;
		if (kept.afterRefusal && this.#clock.now() - kept.fetched < REFUSAL_REST) return false;
		this.#kept = undefined;
		this.#refused = true;
		return true;
	}

	/** Nothing is kept that anybody could still use. */
	get idle(): boolean {
		if (this.#fetching !== undefined || this.#backOff.standing !== undefined) return false;
		return this.#kept === undefined || this.#kept.token.expires <= this.#clock.now();
	}

	async #renew(): Promise<AccessToken> {
		const token = await this.#backOff.run(this.#fetch);
		this.#kept = { token, fetched: this.#clock.now(), afterRefusal: this.#refused };
		this.#refused = false;
		return token;
	}
}

function margin({ token, fetched }: Kept): bigint {
	const tenth = (token.expires - fetched) / 10n;
	return tenth < MARGIN ? tenth : MARGIN;
}
