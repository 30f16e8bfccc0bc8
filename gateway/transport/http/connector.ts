import { Pool } from 'undici';
import { type Clock, systemClock } from '../../clock.ts';
import type { Credentials } from '../credentials.ts';
import type { Connector, Upstream, UpstreamEvents } from '../types.ts';
import { type HttpTarget, HttpUpstream } from './upstream.ts';

/** One MCP server behind Streamable HTTP. */
export interface HttpConnectorOptions {
	/** The MCP endpoint, e.g. `https://example.com/mcp`. */
	readonly url: string;
	/** Sent with every request: the gateway's own credentials for this server. They win over anything else. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly limits: {
		/** bytes of one frame */
		readonly frame: number;
	};
	readonly clock?: Clock;
}

/**
 * Streamable HTTP to one server (MCP 2025-11-25). Sessions share connections, never an MCP session. Redirects are
 * not followed and encoded answers are refused; there are no time-outs but that of connecting: how long a call may
 * take is for its caller to say.
 */
export function httpConnector(options: HttpConnectorOptions): Connector {
	const target = httpTarget(options);
	return {
		kind: 'http',
		async open(
			events: UpstreamEvents,
			resume?: Readonly<Record<string, string>>,
			credentials?: Credentials,
		): Promise<Upstream> {
			return new HttpUpstream(credentials === undefined ? target : { ...target, credentials }, events, resume);
		},
		// No DELETE: sessions outlive a restart of the gateway (contract §6).
		close: () => target.pool.destroy(),
	};
}

/** Where requests to a server go, and what each of them carries. */
export function httpTarget(options: HttpConnectorOptions): HttpTarget {
	const url = new URL(options.url);
	const pool = new Pool(url.origin, {
		headersTimeout: 0,
		bodyTimeout: 0,
		pipelining: 1,
		connect: { timeout: 10_000 },
	});
	const headers: string[] = [];
	const configured = new Set<string>();
	for (const [name, value] of Object.entries(options.headers ?? {})) {
		headers.push(name.toLowerCase(), value);
		configured.add(name.toLowerCase());
	}
	return {
		pool,
		path: url.pathname + url.search,
		headers,
		configured,
		limit: options.limits.frame,
		clock: options.clock ?? systemClock,
	};
}
