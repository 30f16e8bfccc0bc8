import type { Principal } from '../../engine/session/types.ts';
import type { Challenge } from '../identity/challenge.ts';
import type { NeededScopes } from '../identity/needed-scopes.ts';
import type { SubjectToken } from '../identity/subject-token.ts';
import { isRefusal, type TokenRefusal } from '../identity/types.ts';
import type { Caller, PeerCertificate, Rejection } from '../transport/types.ts';

/** What the identity room offers the data path. */
export interface Identity {
	/** Who holds this bearer token, for calls to `server`; undefined: nobody whom we know. */
	verify(token: string, server: string): Promise<(Admitted & { readonly role: string }) | TokenRefusal | undefined>;
	readonly anonymous: Principal | undefined;
	os(user: string): Principal;
	/** Whom a client certificate names, where that counts; undefined: nobody. */
	certificate?(certificate: PeerCertificate): Principal | undefined;
	/** OAuth scopes that some principals need; absent: nobody does. */
	readonly scopes?: Pick<NeededScopes, 'lacking' | 'byMethod'>;
	/** `WWW-Authenticate` of a refusal on an endpoint; absent: just `Bearer`. */
	challenge?(transport: string, server: string, challenge: Challenge): string;
}

/** Somebody who may speak to a server. */
export interface Admitted {
	readonly principal: Principal;
	/** The token itself, sealed, where it is one that can be exchanged for another (RFC 8693). */
	readonly subject?: SubjectToken;
	/** When their credential ends by itself, Unix time in ns. */
	readonly expires?: bigint;
	/** Whether the credential still counts, for one that can be revoked. */
	readonly holds?: () => boolean;
}

/** Headers that say a proxy stands in front: then nobody is on loopback for sure. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/**
 * Who is calling? A wrong credential is refused also where anonymous is allowed; MCP endpoints take only the role
 * agent (contract §1, §4). A token without the scopes that every call needs is refused here, before anything is read;
 * on a socket, where a later refusal could not be told from an answer, without those that any call needs.
 */
export async function identify(caller: Caller, identity: Identity): Promise<Admitted | Rejection> {
	const who = await credentialOf(caller, identity);
	return 'status' in who
		? who
		: (scopesMissing(who, caller, identity, caller.transport.kind === 'http' ? [] : 'all') ?? who);
}

/** Why these methods may not be called with the token that the caller has (RFC 6750 §3.1 `insufficient_scope`). */
export function scopesMissing(
	{ principal }: Admitted,
	caller: Caller,
	identity: Identity,
	methods: readonly string[] | 'all',
): Rejection | undefined {
	const scopes = identity.scopes?.lacking(principal, caller.server, methods);
	if (scopes === undefined) return undefined;
	const message = `this needs a token with the scopes ${scopes.join(' ')}`;
	return {
		status: 403,
		code: 'ERR_TOKEN_SCOPE',
		message,
		headers: challenge(caller, identity, { error: 'insufficient_scope', description: message, scopes }),
	};
}

async function credentialOf(caller: Caller, identity: Identity): Promise<Admitted | Rejection> {
	if (caller.token !== undefined) {
		const known = (await identity.verify(caller.token, caller.server)) ?? UNKNOWN;
		if (isRefusal(known))
			return refusal(known, caller, identity, { error: 'invalid_token', description: known.message });
		if (known.role !== 'agent') {
			return {
				status: 403,
				code: 'ERR_TOKEN_ROLE',
				message: `a token of role ${known.role} cannot be used to call tools; use one of role agent`,
			};
		}
		const { role: _, ...admitted } = known;
		return admitted;
	}
	if (caller.headers.authorization !== undefined) return refusal(SCHEME, caller, identity);
	// With a token too, that one says who it is; the certificate has let the connection in.
	const { certificate } = caller;
	const named = certificate && identity.certificate?.(certificate);
	if (certificate !== undefined && named !== undefined) return { principal: named, expires: certificate.expires };
	if (caller.transport.kind === 'stdio' && caller.osUser !== undefined)
		return { principal: identity.os(caller.osUser) };
	if (identity.anonymous !== undefined && FORWARDED.every((name) => caller.headers[name] === undefined)) {
		return { principal: identity.anonymous };
	}
	return refusal(MISSING, caller, identity);
}

const UNKNOWN: TokenRefusal = {
	status: 401,
	code: 'ERR_TOKEN_UNKNOWN',
	message: 'this token is unknown, expired or revoked',
};
const SCHEME: TokenRefusal = { status: 401, code: 'ERR_TOKEN_SCHEME', message: 'only bearer tokens are understood' };
const MISSING: TokenRefusal = {
	status: 401,
	code: 'ERR_TOKEN_MISSING',
	message: 'a bearer token is needed: `sluice token create --as NAME --role agent` prints one',
};

function refusal(why: TokenRefusal, caller: Caller, identity: Identity, said: Challenge = {}): Rejection {
	return why.status === 401 ? { ...why, headers: challenge(caller, identity, said) } : why;
}

function challenge({ transport, server }: Caller, identity: Identity, said: Challenge): Record<string, string> {
	return { 'www-authenticate': identity.challenge?.(transport.kind, server, said) ?? 'Bearer realm="sluice"' };
}
