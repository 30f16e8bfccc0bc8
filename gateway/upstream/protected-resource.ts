import type { CustomFetch } from 'openid-client';
import { noToken } from './errors.ts';

/**
 * The authorization server that an MCP server names in its metadata (RFC 9728): looked for beside its URL and at the
 * root of its origin. What it says of another resource is not believed (RFC 9728 §3.3).
 *
 * @throws UpstreamError `ERR_UPSTREAM_METADATA`
 */
export async function issuerNamedBy(server: string, url: string, fetch: CustomFetch): Promise<string> {
	const { origin, pathname } = new URL(url);
	const path = pathname === '/' ? '' : pathname;
	for (const where of new Set([path, ''])) {
		const document = await read(`${origin}/.well-known/oauth-protected-resource${where}`, fetch);
		if (document === undefined) continue;
		const { resource, authorization_servers } = document;
		const issuer: unknown = Array.isArray(authorization_servers) ? authorization_servers[0] : undefined;
		if (!sameResource(resource, url) && !sameResource(resource, origin)) continue;
		if (typeof issuer === 'string' && URL.canParse(issuer) && /^https?:/.test(issuer)) return issuer;
	}
	throw noToken('ERR_UPSTREAM_METADATA', `the server \`${server}\` names no authorization server of its own`, {
		help: 'name the `issuer` in `auth.userGrant` of this server; metadata in private networks needs `allowPrivate`',
		status: 502,
	});
}

async function read(url: string, fetch: CustomFetch): Promise<Record<string, unknown> | undefined> {
	const headers = { accept: 'application/json' };
	const answer = await fetch(url, { method: 'GET', headers, body: undefined, redirect: 'manual' }).catch(
		() => undefined,
	);
	if (answer?.status !== 200) return undefined;
	const document: unknown = await answer.json().catch(() => undefined);
	return typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : undefined;
}

function sameResource(named: unknown, url: string): boolean {
	if (typeof named !== 'string' || !URL.canParse(named)) return false;
	return bare(named) === bare(url);
}

function bare(url: string): string {
	const { origin, pathname, search } = new URL(url);
	return `${origin}${pathname.replace(/\/$/, '')}${search}`;
}
