import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

/**
 * A caller's own token, verified, for the one place that may see it: the exchange for another token (RFC 8693). It is
 * never forwarded, recorded or logged; whatever prints, serialises or compares this object finds nothing of it.
 */
export class SubjectToken {
	readonly #token: string;
	/** Unix time, ns: nothing that was got for it is kept longer. */
	readonly expires: bigint;

	constructor(token: string, expires: bigint) {
		this.#token = token;
		this.expires = expires;
	}

	/** Tells tokens apart without giving anything of them away. */
	get digest(): string {
		return createHash('sha256').update(this.#token).digest('base64url');
	}

	/** The token. Only `gateway/upstream/token-exchange.ts` has a use for it. */
	reveal(): string {
		return this.#token;
	}

	toJSON(): string {
		return '[sealed]';
	}

	toString(): string {
		return '[sealed]';
	}

	[inspect.custom](): string {
		return '[sealed]';
	}
}
