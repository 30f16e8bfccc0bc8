import type { Credentials } from '../credentials.ts';
import { UpstreamError } from '../errors.ts';
import type { HttpConnectorOptions } from '../http/connector.ts';
import { httpTarget } from '../http/connector.ts';
import type { Connector, Upstream, UpstreamEvents } from '../types.ts';
import { openStream } from './upstream.ts';

/**
 * HTTP+SSE to one server (MCP 2024-11-05, "HTTP with SSE"): a stream for each session. Redirects are not followed,
 * encoded answers are refused, and the endpoint that the server names must be of the configured URL's origin.
 */
export function sseConnector(options: HttpConnectorOptions): Connector {
	const target = httpTarget(options);
	const url = new URL(options.url);
	return {
		kind: 'sse',
		async open(
			events: UpstreamEvents,
			resume?: Readonly<Record<string, string>>,
			credentials?: Credentials,
		): Promise<Upstream> {
			if (resume !== undefined)
				throw new UpstreamError('ERR_UPSTREAM_NOT_RESUMABLE', 'an event stream does not survive its gateway', {
					status: 404,
				});
			return openStream(credentials === undefined ? target : { ...target, credentials }, url, events);
		},
		close: () => target.pool.destroy(),
	};
}
