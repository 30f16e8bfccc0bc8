import { hash, randomBytes } from 'node:crypto';
import { SluiceError } from '../../engine/error.ts';
import type { Principal } from '../../engine/session/types.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { Identified, Role } from './types.ts';

/** What is known of a token; never the token. Times are Unix time, ns. */
export interface TokenInfo {
	/** The first characters, enough to tell tokens apart and to name one. */
	readonly prefix: string;
	/** Id of the principal it stands for. */
	readonly id: string;
	/** The human it acts for (`--for`). */
	readonly for?: string;
	readonly groups: readonly string[];
	readonly role: Role;
	readonly created: bigint;
	readonly expires?: bigint;
	/** To the minute. */
	readonly lastUsed?: bigint;
	readonly revoked?: bigint;
}

export interface NewToken {
	readonly id: string;
	readonly for?: string;
	readonly groups?: readonly string[];
	readonly role: Role;
	/** Unix time, ns; absent: it does not end by itself. */
	readonly expires?: bigint;
}

/** Issuer of all principals that come from tokens of this store. */
export const ISSUER = 'sluice';

const FORM = /^slc_[A-Za-z0-9_-]{43}$/;
const PREFIX = 12;
const MINUTE = 60_000_000_000n;
const ROLES: readonly Role[] = ['agent', 'approver', 'auditor', 'admin'];

/**
 * Bearer tokens in the store, shared by all processes on it. Of a token only its SHA-256 is kept: 256 random bits
 * need no slow hash, and a look-up by hash takes the same time however much of a guess is right.
 */
export class Tokens {
	readonly #table: Table<TokenInfo>;
	readonly #clock: Clock;

	constructor(store: Store, clock: Clock) {
		this.#table = store.table('tokens');
		this.#clock = clock;
	}

	/** The token itself, told this once. Errors: `ERR_TOKEN_INVALID`. */
	async create(wanted: NewToken): Promise<{ readonly token: string; readonly info: TokenInfo }> {
		check(wanted);
		const token = `slc_${randomBytes(32).toString('base64url')}`;
		const info: TokenInfo = {
			prefix: token.slice(0, PREFIX),
			id: wanted.id,
			...(wanted.for === undefined ? {} : { for: wanted.for }),
			groups: [...new Set(wanted.groups ?? [])],
			role: wanted.role,
			created: this.#clock.now(),
			...(wanted.expires === undefined ? {} : { expires: wanted.expires }),
		};
		await this.#table.put(keyOf(token), info);
		return { token, info };
	}

	/** Who holds the token; `undefined` for one that is unknown, expired or revoked. Reads the store each time. */
	verify(token: string): Identified | undefined {
		if (!FORM.test(token)) return undefined;
		const key = keyOf(token);
		const info = this.#table.get(key)?.value;
		const now = this.#clock.now();
		if (info === undefined || !isValid(info, now)) return undefined;
		if (info.lastUsed === undefined || now - info.lastUsed >= MINUTE) this.#noteUse(key, now);
		return {
			principal: principalOf(info),
			role: info.role,
			...(info.expires === undefined ? {} : { expires: info.expires }),
			holds: () => this.#table.get(key)?.value.revoked === undefined && this.#table.get(key) !== undefined,
		};
	}

	/** Oldest first. */
	list(): TokenInfo[] {
		const infos = this.#table.list().map(({ value }) => value);
		return infos.sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
	}

	/**
	 * Ends all tokens of a principal, or the one that begins with a `slc_…` prefix (a whole token does too).
	 * Gives those that this call ended. Errors: `ERR_TOKEN_UNKNOWN`.
	 */
	async revoke(idOrPrefix: string): Promise<TokenInfo[]> {
		const meant = this.#table.list().filter(({ key, value }) => {
			if (FORM.test(idOrPrefix)) return key === keyOf(idOrPrefix);
			return value.id === idOrPrefix || (idOrPrefix.length >= PREFIX && value.prefix === idOrPrefix);
		});
		if (meant.length === 0) {
			const shown = FORM.test(idOrPrefix) ? `${idOrPrefix.slice(0, PREFIX)}…` : idOrPrefix;
			throw new SluiceError('ERR_TOKEN_UNKNOWN', `no token has the id or prefix \`${shown}\``, {
				help: '`sluice token list` shows ids and prefixes',
			});
		}
		const now = this.#clock.now();
		const ended: TokenInfo[] = [];
		for (const { key } of meant) {
			let mine = false;
			const info = await this.#table.update(key, (current) => {
				mine = current !== undefined && current.revoked === undefined;
				return mine ? { ...current!, revoked: now } : undefined;
			});
			if (mine && info !== undefined) ended.push(info);
		}
		return ended;
	}

	/** Beside the request that used it: a note is no reason to wait, or to fail. */
	#noteUse(key: string, now: bigint): void {
		const noted = this.#table.update(key, (info) => {
			const known = info === undefined || info.revoked !== undefined || (info.lastUsed ?? 0n) >= now;
			return known ? undefined : { ...info, lastUsed: now };
		});
		noted.catch(() => {});
	}
}

function isValid(info: TokenInfo, now: bigint): boolean {
	return info.revoked === undefined && (info.expires === undefined || now < info.expires);
}

/** Contract §4: who holds a token of another role than agent is the human of that id, unless it says `--for`. */
function principalOf(info: TokenInfo): Principal {
	const isAgent = info.role === 'agent';
	const human = info.for ?? (isAgent ? undefined : info.id);
	return {
		id: info.id,
		kind: isAgent ? 'agent' : 'human',
		issuer: ISSUER,
		groups: info.groups,
		scopes: [],
		...(human === undefined ? {} : { human }),
		claims: {},
	};
}

function check({ id, for: human, groups = [], role }: NewToken): void {
	if (!ROLES.includes(role)) throw invalid(`\`${role}\` is no role`, `use one of ${ROLES.join(', ')}`);
	if (id === 'anonymous' || id.startsWith('slc_')) {
		throw invalid(`\`${id}\` cannot be the id of a token`, 'choose another id: this one has a meaning of its own');
	}
	for (const name of [id, ...(human === undefined ? [] : [human]), ...groups]) {
		if (name !== '' && name === name.trim() && name.length <= 200 && !/[\u0000-\u001f\u007f]/.test(name)) continue;
		throw invalid(`\`${name}\` is no name`, 'use 1 to 200 characters without control characters or blanks around them');
	}
}

function invalid(message: string, help: string): SluiceError {
	return new SluiceError('ERR_TOKEN_INVALID', message, { help });
}

function keyOf(token: string): string {
	return hash('sha256', token);
}
