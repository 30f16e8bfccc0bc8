/** Endpoints of one server, by the transport that they speak. */
const TRANSPORTS = ['mcp', 'sse', 'ws'] as const;

/** Path of RFC 9728 §3. */
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/**
 * The gateway's endpoints as resources (RFC 8707, RFC 9728): one URI each. They come from the configuration, or from
 * the address that is listened on, never from what a request says of itself.
 */
export class Resources {
	#base: URL | undefined;

	/** `publicUrl`: how clients call the gateway; absent: `listensAt` says it. */
	constructor(publicUrl: string | undefined) {
		if (publicUrl !== undefined) this.#base = new URL(publicUrl);
	}

	/** Where the gateway listens; counts where no `publicUrl` is configured. */
	listensAt(url: string): void {
		this.#base ??= new URL(url);
	}

	/** The URIs of a server, one a transport. A token for one of them is good for the others. */
	of(server: string): string[] {
		return this.#base === undefined ? [] : TRANSPORTS.map((transport) => this.uri(`/${transport}/${server}`)!);
	}

	/** Canonical: scheme and host in lower case, no slash at the end (MCP 2025-11-25, authorization). */
	uri(path: string): string | undefined {
		return this.#base === undefined ? undefined : `${this.#base.origin}${this.#prefix}${path}`;
	}

	/** Where the metadata of an endpoint is (RFC 9728 §3.1: well-known part before the path). */
	metadataUrl(path: string): string | undefined {
		return this.#base === undefined ? undefined : `${this.#base.origin}${WELL_KNOWN}${this.#prefix}${path}`;
	}

	/** The endpoint whose metadata a request's path asks for: `/mcp/files`, or empty for the gateway as a whole. */
	askedFor(url: string): string | undefined {
		const [path] = url.split('?');
		if (path !== WELL_KNOWN && path?.startsWith(`${WELL_KNOWN}/`) !== true) return undefined;
		const rest = path.slice(WELL_KNOWN.length).replace(/\/$/, '');
		const inner = this.#prefix !== '' && rest.startsWith(this.#prefix) ? rest.slice(this.#prefix.length) : rest;
		return inner === '' || inner.startsWith('/') ? inner : rest;
	}

	/** Path of `publicUrl`, without a slash at its end. */
	get #prefix(): string {
		return this.#base?.pathname.replace(/\/+$/, '') ?? '';
	}
}

/** The server that an endpoint's path names; undefined: it is no endpoint. */
export function serverOf(path: string): string | undefined {
	return /^\/(?:mcp|sse|ws)\/([A-Za-z0-9._-]{1,128})$/.exec(path)?.[1];
}
