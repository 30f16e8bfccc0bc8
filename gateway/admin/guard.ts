import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';
import type { Holder, OriginCheck, Role, VerifyToken } from './ports.ts';

declare module 'fastify' {
	interface FastifyContextConfig {
		/** Who may call this; `open`: anybody. A route that says nothing is closed to all. */
		roles?: readonly Role[] | 'open';
		/** Open to whoever is on this machine, while nobody else can reach the address. */
		openOnLoopback?: true;
	}
}

/** Everybody but agents: their credentials reach nothing here, least of all their own approvals. */
export const STAFF: readonly Role[] = ['approver', 'auditor', 'admin'];

/** What every answer carries. Nothing here is for other sites, frames or caches. */
export const HEADERS: Readonly<Record<string, string>> = {
	'cache-control': 'no-store',
	'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
	'cross-origin-resource-policy': 'same-origin',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
};

/** A proxy on this machine brings others in. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

const holders = new WeakMap<FastifyRequest, Holder>();

/** Who calls; only on routes that ask for a role. */
export function holderOf(request: FastifyRequest): Holder {
	const holder = holders.get(request);
	if (holder === undefined) throw new Error('the route does not ask for a role');
	return holder;
}

/** Checks each request before anything of it is read: by which name it came, from which page, by whom. */
export function guard(
	app: FastifyInstance,
	options: { readonly origin: OriginCheck; readonly verify: VerifyToken; readonly onLoopback: () => boolean },
): void {
	app.addHook('onRequest', async (request, reply) => {
		reply.headers(HEADERS);
		const wrong = options.origin(request.headers.host, request.headers.origin);
		if (wrong !== undefined) throw new ApiError(wrong.status, wrong.code, wrong.message);
		const { roles = [], openOnLoopback } = request.routeOptions.config;
		if (request.is404 || roles === 'open') return;
		if (openOnLoopback && options.onLoopback() && FORWARDED.every((name) => request.headers[name] === undefined))
			return;
		const holder = await authenticate(request, options.verify);
		const role = (holder.roles ?? [holder.role]).find((has) => roles.includes(has));
		if (role === undefined) {
			throw new ApiError(403, 'ERR_API_ROLE', `a token of role \`${holder.role}\` may not do this`, {
				help: `use a token of role ${roles.join(' or ')}`,
			});
		}
		holders.set(request, { ...holder, role });
	});
}

/** RFC 6750 §2.1, the only way in: what a browser sends by itself never decides anything. */
async function authenticate(request: FastifyRequest, verify: VerifyToken): Promise<Holder> {
	const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1];
	if (token === undefined) {
		throw new ApiError(401, 'ERR_API_TOKEN_MISSING', 'this needs a token', {
			help: 'send `authorization: Bearer …`; `sluice token create` makes one',
			headers: { 'www-authenticate': 'Bearer' },
		});
	}
	const holder = await verify(token);
	if (holder === undefined) {
		throw new ApiError(401, 'ERR_API_TOKEN_INVALID', 'the token is unknown, expired or revoked', {
			help: '`sluice token create` makes a new one',
			headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
		});
	}
	return holder;
}
