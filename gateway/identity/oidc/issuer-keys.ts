import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../clock.ts';
import type { GuardedFetch } from '../../net/guarded-fetch.ts';
import { issuerKeySet, issuerMetadata } from './metadata.ts';

export interface IssuerKeysOptions {
	readonly issuer: string;
	readonly fetch: GuardedFetch;
	readonly clock: Clock;
	/** Told when keys cannot be fetched, and when they can again. */
	readonly onTrouble?: (message: string) => void;
}

/** The issuer's keys cannot be had, and there are none that are young enough. */
export class KeysUnavailable extends Error {}

/** After this long keys are fetched anew, beside the requests that go on with those that are there, ns. */
const FRESH_NS = 600_000_000_000n;
/** For this long keys are good while the issuer does not answer, ns: it may have withdrawn one meanwhile. */
const USABLE_NS = 3_600_000_000_000n;
/** Between two fetches, however many unknown key ids come, ns: strangers must not make us a load for the issuer. */
const COOL_DOWN_NS = 30_000_000_000n;
/** The same after a fetch that failed, ns. */
const RETRY_NS = 5_000_000_000n;

/**
 * The signing keys of one issuer, found by discovery. They are fetched when first needed, when they are old, and when
 * a token names one that is not known (rotation); one fetch at a time. When the issuer is away they go on for an
 * hour, and then nobody is let in.
 */
export class IssuerKeys {
	readonly #options: IssuerKeysOptions;
	#keys: { readonly find: ReturnType<typeof createLocalJWKSet>; readonly fetched: bigint } | undefined;
	#fetching: Promise<void> | undefined;
	/** Of the last attempt; undefined: none yet. */
	#tried: bigint | undefined;
	#failed = false;

	constructor(options: IssuerKeysOptions) {
		this.#options = options;
	}

	/** The key for a token's header, as `jose` asks. Rejects with `KeysUnavailable`, or as `jose` does for an unknown key. */
	readonly find: JWTVerifyGetKey = async (header, token) => {
		const keys = await this.#usable();
		try {
			return await keys.find(header, token);
		} catch (error) {
			if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
			await this.#refresh();
			// not known while the issuer is away: that says nothing of the token
			if (this.#failed) throw new KeysUnavailable();
			if (this.#keys === keys) throw error;
			return await this.#keys!.find(header, token);
		}
	};

	async #usable() {
		const age = this.#keys === undefined ? undefined : this.#options.clock.now() - this.#keys.fetched;
		if (age === undefined || age >= USABLE_NS) await this.#refresh();
		else if (age >= FRESH_NS) void this.#refresh();
		const keys = this.#keys;
		if (keys === undefined || this.#options.clock.now() - keys.fetched >= USABLE_NS) throw new KeysUnavailable();
		return keys;
	}

	/** Never rejects. Within the cool-down it does nothing. */
	#refresh(): Promise<void> {
		const now = this.#options.clock.now();
		if (this.#fetching !== undefined) return this.#fetching;
		const pause = this.#failed ? RETRY_NS : COOL_DOWN_NS;
		if (this.#tried !== undefined && now - this.#tried < pause) return Promise.resolve();
		this.#tried = now;
		this.#fetching = this.#fetch().finally(() => {
			this.#fetching = undefined;
		});
		return this.#fetching;
	}

	async #fetch(): Promise<void> {
		const { issuer, fetch, clock, onTrouble } = this.#options;
		try {
			const { jwksUri } = await issuerMetadata(issuer, fetch);
			const set = await issuerKeySet(issuer, jwksUri, fetch);
			this.#keys = { find: createLocalJWKSet(set as Parameters<typeof createLocalJWKSet>[0]), fetched: clock.now() };
			if (this.#failed) onTrouble?.(`the keys of \`${issuer}\` can be fetched again`);
			this.#failed = false;
		} catch (error) {
			if (!this.#failed) onTrouble?.(error instanceof Error ? error.message : String(error));
			this.#failed = true;
		}
	}
}
