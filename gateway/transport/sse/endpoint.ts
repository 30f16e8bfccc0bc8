import { UpstreamError } from '../errors.ts';

/** Bytes that an endpoint may have. */
const longest = 4_096;

/**
 * The path and query that an `endpoint` event names (MCP 2024-11-05, "HTTP with SSE"), relative to the stream's URL;
 * or why nothing may be POSTed there. The gateway's credentials go with each POST: they stay on the configured origin.
 */
export function endpointPath(data: Buffer, stream: URL): string | UpstreamError {
	if (data.length > longest) return wrong(`is longer than ${longest} bytes`);
	const text = data.toString();
	// Visible ASCII only: URL() drops tabs and line breaks silently, and encodes what it may.
	if (!/^[\x21-\x7e]+$/.test(text)) return wrong('is not a URL');
	const url = URL.parse(text, stream.href);
	if (url === null) return wrong('is not a URL');
	if (url.origin !== stream.origin) return wrong(`is on another origin than \`sse.url\` (${stream.origin})`);
	if (url.username !== '' || url.password !== '') return wrong('has credentials in it');
	return url.pathname + url.search;
}

function wrong(what: string): UpstreamError {
	return new UpstreamError('ERR_UPSTREAM_ENDPOINT', `the endpoint that the server names ${what}`, {
		help: 'mend the server, or use its URL as it names itself in `sse.url`',
	});
}
