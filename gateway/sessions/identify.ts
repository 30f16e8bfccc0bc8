import type { Principal } from '../../engine/session/types.ts';
import type { SubjectToken } from '../identity/subject-token.ts';
import { isRefusal, type TokenRefusal } from '../identity/types.ts';
import type { Caller, Rejection } from '../transport/types.ts';

/** What the identity room offers the data path. */
export interface Identity {
	/** Who holds this bearer token, for calls to `server`; undefined: nobody whom we know. */
	verify(token: string, server: string): Promise<(Admitted & { readonly role: string }) | TokenRefusal | undefined>;
	readonly anonymous: Principal | undefined;
	os(user: string): Principal;
}

/** Somebody who may speak to a server. */
export interface Admitted {
	readonly principal: Principal;
	/** The token itself, sealed, where it is one that can be exchanged for another (RFC 8693). */
	readonly subject?: SubjectToken;
	/** When their credential ends by itself, Unix time in ns. */
	readonly expires?: bigint;
}

/** Headers that say a proxy stands in front: then nobody is on loopback for sure. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/**
 * Who is calling? A wrong credential is refused also where anonymous is allowed; MCP endpoints take only the role
 * agent (contract §1, §4).
 */
export async function identify(caller: Caller, identity: Identity): Promise<Admitted | Rejection> {
	if (caller.token !== undefined) {
		const known = await identity.verify(caller.token, caller.server);
		if (known === undefined) return unauthorized('ERR_TOKEN_UNKNOWN', 'this token is unknown, expired or revoked');
		if (isRefusal(known)) {
			return known.status === 401 ? unauthorized(known.code, known.message) : known;
		}
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
	if (caller.headers.authorization !== undefined)
		return unauthorized('ERR_TOKEN_SCHEME', 'only bearer tokens are understood');
	if (caller.transport.kind === 'stdio' && caller.osUser !== undefined)
		return { principal: identity.os(caller.osUser) };
	if (identity.anonymous !== undefined && FORWARDED.every((name) => caller.headers[name] === undefined)) {
		return { principal: identity.anonymous };
	}
	return unauthorized(
		'ERR_TOKEN_MISSING',
		'a bearer token is needed: `sluice token create --as NAME --role agent` prints one',
	);
}

function unauthorized(code: string, message: string): Rejection {
	return { status: 401, code, message, headers: { 'www-authenticate': 'Bearer realm="sluice"' } };
}
