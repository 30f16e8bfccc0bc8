import type { Principal } from '../../engine/session/types.ts';
import type { Caller } from '../transport/types.ts';
import type { Found, Open, OpenSessions } from './open-sessions.ts';
import type { Bindings } from './options.ts';

/**
 * The sessions of an era that has none (MCP 2026-07-28): one for each principal and server, found by who calls and
 * never by what a client says of itself. docs/adr/0017-sessionless-sessions.md.
 */
export class DerivedSessions {
	readonly #sessions: OpenSessions;
	readonly #bindings: Bindings;
	/** Principal and server → session. Read from the store when it is first needed. */
	#ids: Map<string, string> | undefined;
	/** Who comes while one is being looked for gets the same one. */
	readonly #finding = new Map<string, Promise<Found>>();

	constructor(sessions: OpenSessions, bindings: Bindings) {
		this.#sessions = sessions;
		this.#bindings = bindings;
	}

	/**
	 * Begins or takes up one where there is none. A further one, where a request cannot go into those before: `takes` says
	 * into which it can.
	 */
	async find(caller: Caller, principal: Principal, takes: (open: Open) => boolean): Promise<Found> {
		for (let n = 1; ; n++) {
			const found = await this.#one(caller, principal, n);
			if (!('open' in found) || takes(found.open)) return found;
		}
	}

	async #one(caller: Caller, principal: Principal, n: number): Promise<Found> {
		const key = keyOf(principal.issuer, principal.id, caller.server, n);
		let finding = this.#finding.get(key);
		if (finding === undefined) {
			finding = this.#look(key, caller, principal, n).finally(() => this.#finding.delete(key));
			this.#finding.set(key, finding);
		}
		return await finding;
	}

	async #look(key: string, caller: Caller, principal: Principal, n: number): Promise<Found> {
		this.#ids ??= this.#stored();
		const ids = this.#ids;
		const id = ids.get(key);
		const known = id === undefined ? undefined : await this.#sessions.find(id, caller, principal);
		const found =
			known === undefined || ('code' in known && known.code === 'ERR_SESSION_UNKNOWN')
				? await this.#sessions.start(caller, principal, { derived: n })
				: known;
		if (!('open' in found)) return found;
		const { open } = found;
		ids.set(key, open.session.header.id);
		open.onEnd = () => {
			if (ids.get(key) === open.session.header.id) ids.delete(key);
		};
		return found;
	}

	#stored(): Map<string, string> {
		const ids = new Map<string, string>();
		for (const { key, value } of this.#bindings.list()) {
			const { issuer, principal, server, derived } = value;
			if (derived !== undefined) ids.set(keyOf(issuer, principal, server, derived), key);
		}
		return ids;
	}
}

function keyOf(issuer: string, principal: string, server: string, n: number): string {
	return JSON.stringify([issuer, principal, server, n]);
}
