import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Row, Table } from '../store/table.ts';

/** What a grant is for: all of it together, so that one for less or for somebody else is never taken for it. */
export interface GrantKey {
	/** The authorization server that gave it. */
	readonly issuer: string;
	/** The server that it is for (RFC 8707), or its URL where no resource is named. */
	readonly resource: string;
	readonly principal: { readonly issuer: string; readonly id: string };
	/** As it was asked for. */
	readonly scope: string;
}

/** The secrets of a grant. */
export interface GrantTokens {
	readonly access: string;
	/** Unix time, ns. */
	readonly expires: bigint;
	/** Absent: with the access token it ends. */
	readonly refresh?: string;
}

/** What may be known of a grant. Times are Unix time, ns. */
export interface GrantInfo extends GrantKey {
	readonly id: string;
	/** Name of the server in the configuration. */
	readonly server: string;
	readonly created: bigint;
	/** When its tokens were last got. */
	readonly renewed: bigint;
	/** When it ends by itself; absent: it renews itself. */
	readonly expires?: bigint;
}

/** As it is stored: everything but the tokens in clear. */
export interface GrantRow extends GrantInfo {
	/** `GrantTokens` and the id, sealed: a sealed text moved to another row does not open there. */
	readonly sealed: string;
	/** Somebody renews it: others wait, and take what comes of it. */
	readonly lease?: { readonly by: string; readonly until: bigint };
}

/** Seals texts; `MasterKey.textBox`. */
export interface TextBox {
	seal(text: string): string;
	open(sealed: string): string;
}

/** Longer than any exchange with an authorization server may take, ns. */
const LEASE = 60_000_000_000n;
/** How often somebody who waits looks again, ms. */
const POLL = 50;

/** People's OAuth grants in the store, shared by all processes on it. */
export class Grants {
	readonly #table: Table<GrantRow>;
	readonly #box: TextBox;
	readonly #clock: Clock;
	readonly #renewing = new Map<string, Promise<GrantTokens | undefined>>();

	constructor(table: Table<GrantRow>, box: TextBox, clock: Clock) {
		this.#table = table;
		this.#box = box;
		this.#clock = clock;
	}

	/** The tokens as they are now; reads the store each time, so that a grant that was removed is gone at once. */
	tokens(key: GrantKey): GrantTokens | undefined {
		const row = this.#table.get(idOf(key));
		return row === undefined ? undefined : this.#open(row.value);
	}

	info(key: GrantKey): GrantInfo | undefined {
		const row = this.#table.get(idOf(key));
		return row === undefined ? undefined : infoOf(row.value);
	}

	/** Somebody has just consented. Takes the place of a grant that was there. */
	async put(server: string, key: GrantKey, tokens: GrantTokens): Promise<GrantInfo> {
		const now = this.#clock.now();
		const row = this.#row({ ...key, id: idOf(key), server, created: now, renewed: now }, tokens);
		await this.#table.put(row.id, row);
		return infoOf(row);
	}

	/** By server and principal. */
	list(): GrantInfo[] {
		const word = ({ server, principal, id }: GrantInfo) => JSON.stringify([server, principal.issuer, principal.id, id]);
		const infos = this.#table.list().map(({ value }) => infoOf(value));
		return infos.sort((a, b) => (word(a) < word(b) ? -1 : 1));
	}

	/** Ends it here, at once and for all processes. Gives what it was, for the authorization server to be told. */
	async remove(id: string): Promise<{ readonly info: GrantInfo; readonly tokens: GrantTokens } | undefined> {
		const row = this.#table.get(id);
		if (row === undefined || !(await this.#table.remove(id))) return undefined;
		return { info: infoOf(row.value), tokens: this.#open(row.value) };
	}

	/**
	 * Other tokens than those with `access`, by `exchange`, which is called by one process at a time and never twice
	 * with one refresh token: the second use of a rotated one is theft to an authorization server (RFC 9700 §4.14.2).
	 * `undefined`: there is no grant (any more); `exchange` says so too, by `undefined`.
	 */
	renew(
		key: GrantKey,
		access: string,
		exchange: (tokens: GrantTokens) => Promise<GrantTokens | undefined>,
	): Promise<GrantTokens | undefined> {
		const id = idOf(key);
		let renewing = this.#renewing.get(id);
		if (renewing === undefined) {
			renewing = this.#renew(id, access, exchange).finally(() => this.#renewing.delete(id));
			this.#renewing.set(id, renewing);
		}
		return renewing;
	}

	async #renew(
		id: string,
		access: string,
		exchange: (tokens: GrantTokens) => Promise<GrantTokens | undefined>,
	): Promise<GrantTokens | undefined> {
		const by = randomUUID();
		for (;;) {
			const row = this.#table.get(id);
			if (row === undefined) return undefined;
			const tokens = this.#open(row.value);
			// Somebody else was faster.
			if (tokens.access !== access) return tokens;
			const now = this.#clock.now();
			if (row.value.lease !== undefined && row.value.lease.until > now) {
				await new Promise<void>((resolve) => this.#clock.after(POLL, resolve));
				continue;
			}
			if (!(await this.#table.swap(id, row.version, { ...row.value, lease: { by, until: now + LEASE } }))) continue;
			return await this.#exchange(id, by, tokens, exchange);
		}
	}

	/** With the lease in hand. What comes of it is written only if the row is still the one that was leased. */
	async #exchange(
		id: string,
		by: string,
		tokens: GrantTokens,
		exchange: (tokens: GrantTokens) => Promise<GrantTokens | undefined>,
	): Promise<GrantTokens | undefined> {
		let fresh: GrantTokens | undefined;
		try {
			fresh = await exchange(tokens);
		} catch (error) {
			await this.#leased(id, by, ({ lease: _, ...row }) => row);
			throw error;
		}
		if (fresh === undefined) {
			const row = this.#table.get(id);
			if (row?.value.lease?.by === by) await this.#table.remove(id, row.version);
			return undefined;
		}
		const kept = fresh;
		const renewed = (row: GrantRow) => this.#row({ ...infoOf(row), renewed: this.#clock.now() }, kept);
		if (await this.#leased(id, by, renewed)) return kept;
		// Removed or given anew meanwhile: what was got here is nobody's.
		const row = this.#table.get(id);
		return row === undefined ? undefined : this.#open(row.value);
	}

	async #leased(id: string, by: string, step: (row: GrantRow) => GrantRow): Promise<boolean> {
		for (;;) {
			const row: Row<GrantRow> | undefined = this.#table.get(id);
			if (row?.value.lease?.by !== by) return false;
			if (await this.#table.swap(id, row.version, step(row.value))) return true;
		}
	}

	#row({ expires: _, ...info }: GrantInfo, tokens: GrantTokens): GrantRow {
		const { access, refresh, expires } = tokens;
		const secret = { id: info.id, access, expires: String(expires), ...(refresh === undefined ? {} : { refresh }) };
		return { ...info, ...(refresh === undefined ? { expires } : {}), sealed: this.#box.seal(JSON.stringify(secret)) };
	}

	#open({ id, sealed }: GrantRow): GrantTokens {
		const secret = JSON.parse(this.#box.open(sealed)) as {
			id: string;
			access: string;
			expires: string;
			refresh?: string;
		};
		if (secret.id !== id) throw new Error('a sealed grant stands in another row than its own');
		const { access, expires, refresh } = secret;
		return { access, expires: BigInt(expires), ...(refresh === undefined ? {} : { refresh }) };
	}
}

function idOf({ issuer, resource, principal, scope }: GrantKey): string {
	const parts = JSON.stringify([issuer, resource, principal.issuer, principal.id, scope]);
	return createHash('sha256').update(parts).digest('hex').slice(0, 32);
}

function infoOf({ sealed: _, lease: __, ...info }: GrantRow): GrantInfo {
	return info;
}
