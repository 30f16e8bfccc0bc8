import type { IncomingMessage } from 'node:http';
import type { HttpExchange } from './exchange.ts';
import type { OriginCheck } from './origin.ts';
import { refuse } from './routed.ts';

/** Pages of any origin may read it: nothing in it is secret, and browser clients need it to log in (RFC 9728 §3.1). */
const HEADERS = {
	'access-control-allow-origin': '*',
	'access-control-allow-methods': 'GET, HEAD, OPTIONS',
	'access-control-allow-headers': 'accept, content-type, mcp-protocol-version',
	'access-control-max-age': '86400',
	'cache-control': 'max-age=300',
	'x-content-type-options': 'nosniff',
};

/**
 * Answers a request for a public document below `/.well-known/`. The Host must be ours as everywhere; the Origin may
 * be any. false: it is no such request.
 */
export function wellKnown(
	documents: ((url: string) => object | undefined) | undefined,
	check: OriginCheck,
	req: IncomingMessage,
	exchange: HttpExchange,
): boolean {
	if (documents === undefined || !req.url!.startsWith('/.well-known/')) return false;
	const { method = '' } = req;
	if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return false;
	const document = documents(req.url!);
	if (document === undefined) return false;
	const forbidden = check(req.headers.host, undefined);
	const answered =
		forbidden !== undefined
			? refuse(req, exchange, forbidden)
			: exchange.end(method === 'OPTIONS' ? undefined : Buffer.from(JSON.stringify(document)), {
					status: 200,
					headers: HEADERS,
				});
	answered.catch(() => {});
	return true;
}
