import type { Clock } from '../clock.ts';
import { UpstreamError } from '../transport/errors.ts';
import type { AccessToken } from './types.ts';

/** A token is fetched anew this long before its end, or a tenth of its life if that is less. ns. */
const MARGIN = 60_000_000_000n;
/** After a failure nobody asks again for so long, doubling. ns. */
const FIRST_WAIT = 1_000_000_000n;
const LONGEST_WAIT = 30_000_000_000n;
/** A server that refuses also the token that was fetched because of a refusal has another problem. ns. */
const REFUSAL_REST = 10_000_000_000n;

interface Kept {
	readonly token: AccessToken;
	readonly fetched: bigint;
	/** Fetched because the server refused the one before. */
	readonly afterRefusal: boolean;
}

interface Failure {
	readonly error: UpstreamError;
	readonly wait: bigint;
	readonly until: bigint;
}

/**
 * One access token, fetched when it is needed and kept until shortly before its end: one request at a time however
 * many wait for it, and none for a while after a failure. While the old one lasts a failure is nobody's concern.
 */
export class TokenCache {
	readonly #clock: Clock;
	readonly #fetch: () => Promise<AccessToken>;
	#kept: Kept | undefined;
	#failure: Failure | undefined;
	#fetching: Promise<AccessToken> | undefined;
	#refused = false;

	constructor(clock: Clock, fetch: () => Promise<AccessToken>) {
		this.#clock = clock;
		this.#fetch = fetch;
	}

	/** @throws UpstreamError */
	async get(): Promise<AccessToken> {
		const now = this.#clock.now();
		const kept = this.#kept;
		if (kept !== undefined && now < kept.token.expires - margin(kept)) return kept.token;
		const valid = kept !== undefined && now < kept.token.expires;
		const failure = this.#failure;
		if (failure !== undefined && now < failure.until) {
			if (valid) return kept.token;
			throw failure.error;
		}
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
		return this.#fetching === undefined && (this.#kept === undefined || this.#kept.token.expires <= this.#clock.now());
	}

	async #renew(): Promise<AccessToken> {
		try {
			const token = await this.#fetch();
			this.#kept = { token, fetched: this.#clock.now(), afterRefusal: this.#refused };
			this.#refused = false;
			this.#failure = undefined;
			return token;
		} catch (error) {
			if (error instanceof UpstreamError) {
				const before = this.#failure?.wait;
				const wait = before === undefined ? FIRST_WAIT : before * 2n < LONGEST_WAIT ? before * 2n : LONGEST_WAIT;
				this.#failure = { error, wait, until: this.#clock.now() + wait };
			}
			throw error;
		}
	}
}

function margin({ token, fetched }: Kept): bigint {
	const tenth = (token.expires - fetched) / 10n;
	return tenth < MARGIN ? tenth : MARGIN;
}
