import type { Principal } from '../../engine/session/types.ts';

/** By method; `*`: for all (`servers.*.scopes`). */
type ByMethod = Readonly<Record<string, readonly string[]>>;

/** The scopes that tokens of issuers must have. Tokens of the store have none, and need none. */
export class NeededScopes {
	readonly #servers: ReadonlyMap<string, ByMethod>;
	readonly #issuers: ReadonlySet<string>;

	/** `servers`: every server, by name. `issuers`: whose principals are meant. */
	constructor(servers: ReadonlyMap<string, ByMethod>, issuers: readonly string[]) {
		this.#servers = servers;
		this.#issuers = new Set(issuers);
	}

	has(server: string): boolean {
		return this.#servers.has(server);
	}

	/** Whether it matters which method is called. */
	byMethod(server: string): boolean {
		return Object.keys(this.#servers.get(server) ?? {}).some((method) => method !== '*');
	}

	/** All that any call to the server may need. */
	all(server: string): string[] {
		return [...new Set(Object.values(this.#servers.get(server) ?? {}).flat())];
	}

	/** What calls of these methods need. */
	of(server: string, methods: readonly string[] = []): string[] {
		const needed = this.#servers.get(server) ?? {};
		return [...new Set(['*', ...methods].flatMap((method) => (Object.hasOwn(needed, method) ? needed[method]! : [])))];
	}

	/** All that the calls need, if the principal lacks any of it; undefined: nothing is missing. */
	lacking(principal: Principal, server: string, methods: readonly string[] | 'all'): string[] | undefined {
		if (!this.#issuers.has(principal.issuer)) return undefined;
		const needed = methods === 'all' ? this.all(server) : this.of(server, methods);
		return needed.every((scope) => principal.scopes.includes(scope)) ? undefined : needed;
	}
}
