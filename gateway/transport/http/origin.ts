import type { Rejection } from '../types.ts';

/** What an HTTP endpoint may be called as. */
export interface OriginOptions {
	/** The address that is listened on, e.g. `127.0.0.1`. */
	readonly host: string;
	/** How the world calls it, if that differs (a proxy with a name in front). */
	readonly publicUrl?: string;
	/** Further origins whose pages may call, e.g. `https://console.example.com`. */
	readonly allowedOrigins?: readonly string[];
}

/** Says why a request with these headers (`site`: `Sec-Fetch-Site`) must not be served, or undefined. */
export type OriginCheck = (
	host: string | undefined,
	origin: string | undefined,
	site?: string | undefined,
) => Rejection | undefined;

/** `Sec-Fetch-Site` of a request that no other page is behind. A page of another port of the same host is `same-site`. */
const OWN_SITE: ReadonlySet<string> = new Set(['same-origin', 'none']);

const loopback: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The guard against DNS rebinding and cross-site calls (MCP 2025-11-25, transports, "Security Warning"): the Host
 * header must name this gateway, and a page may call it only from the gateway's own origin or a listed one.
 * A wrong Host is refused even without an Origin, since old browsers leave Origin off. Where a browser leaves it off
 * and says that another site's page is behind the request (Fetch Metadata, `Sec-Fetch-Site`), that is believed.
 */
export function originCheck(options: OriginOptions): OriginCheck {
	const names = new Set<string>();
	const listenName = bracketed(options.host.toLowerCase());
	if (isLoopback(listenName)) for (const name of loopback) names.add(name);
	else if (listenName !== '0.0.0.0' && listenName !== '[::]') names.add(listenName);
	const origins = new Set((options.allowedOrigins ?? []).map((o) => o.toLowerCase()));
	if (options.publicUrl !== undefined) {
		const url = new URL(options.publicUrl);
		names.add(url.hostname);
		origins.add(url.origin);
	}

	let lastGood: string | undefined;
	return (host, origin, site) => {
		if (host === undefined) return forbiddenHost;
		if (host !== lastGood) {
			const name = hostName(host.toLowerCase());
			if (name === undefined || !names.has(name)) return forbiddenHost;
			lastGood = host;
		}
		if (origin === undefined) return site === undefined || OWN_SITE.has(site) ? undefined : forbiddenOrigin;
		const lower = origin.toLowerCase();
		if (lower === `http://${host.toLowerCase()}` || lower === `https://${host.toLowerCase()}`) return undefined;
		return origins.has(lower) ? undefined : forbiddenOrigin;
	};
}

/** Is this listen address one that only this machine can reach? */
export function isLoopback(host: string): boolean {
	const name = bracketed(host.toLowerCase());
	return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** The name part of a Host header, or undefined if it is not one (RFC 9110 §7.2). */
function hostName(host: string): string | undefined {
	const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(host);
	return match?.[1];
}

function bracketed(host: string): string {
	return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

const forbiddenHost: Rejection = {
	status: 403,
	code: 'ERR_HOST_FORBIDDEN',
	message:
		'the Host header does not name this gateway; call it by its listen address, or set `publicUrl` to the name it is called by',
};
const forbiddenOrigin: Rejection = {
	status: 403,
	code: 'ERR_ORIGIN_FORBIDDEN',
	message: 'pages of this origin may not call the gateway; list the origin in `allowedOrigins` if they should',
};
