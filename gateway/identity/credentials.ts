import { SluiceError } from '../../engine/error.ts';
import type { Principal } from '../../engine/session/types.ts';
import type { Clock } from '../clock.ts';
import { looksLikeJwt, type TrustedIssuer, verifyAccessToken } from './oidc/access-token.ts';
import type { Resources } from './resources.ts';
import { type RoleMap, staffRoles } from './roles.ts';
import { SubjectToken } from './subject-token.ts';
import type { Tokens } from './tokens.ts';
import { type Identified, isRefusal, type Role, type TokenRefusal } from './types.ts';

export interface CredentialsOptions {
	readonly tokens: Pick<Tokens, 'verify'>;
	/** Whether tokens of the store may speak to servers (`identity.tokens`); those of staff always work at the admin API. */
	readonly tokensForServers: boolean;
	/** By `iss`. */
	readonly issuers: ReadonlyMap<string, TrustedIssuer>;
	readonly resources: Resources;
	readonly roles: RoleMap;
	readonly clock: Clock;
}

/** Somebody at the admin API; `roles` are all that they have, `role` the first of them. */
export interface Staff {
	readonly principal: Principal;
	readonly role: Role;
	readonly roles: readonly Role[];
}

const UNKNOWN: TokenRefusal = {
	status: 401,
	code: 'ERR_TOKEN_UNKNOWN',
	message: 'this token is unknown, expired or revoked',
};

/** Says whose a bearer token is: `slc_…` is one of the store, a JWT one of a configured issuer. */
export class Credentials {
	readonly #options: CredentialsOptions;

	constructor(options: CredentialsOptions) {
		this.#options = options;
	}

	/**
	 * Who may speak to a server with this token. Everybody whose token an issuer made for it is an agent there: an MCP
	 * endpoint has no other role.
	 */
	async forServer(token: string, server: string): Promise<Identified | TokenRefusal> {
		const { issuers, resources, clock } = this.#options;
		if (!this.#isOfIssuer(token)) {
			return (this.#options.tokensForServers ? this.#options.tokens.verify(token) : undefined) ?? UNKNOWN;
		}
		const endpoints = resources.of(server);
		const verified = await verifyAccessToken(token, issuers, (config) => [...config.audiences, ...endpoints], clock);
		if (isRefusal(verified)) return verified;
		const { principal, expires } = verified;
		return { principal, role: 'agent', expires, subject: new SubjectToken(token, expires) };
	}

	/** Who calls the admin API; undefined: nobody whom we know. @throws SluiceError `ERR_OIDC_UNAVAILABLE` */
	async forAdmin(token: string): Promise<Staff | undefined> {
		const { issuers, roles, clock } = this.#options;
		if (!this.#isOfIssuer(token)) {
			const known = this.#options.tokens.verify(token);
			return known && { ...known, roles: [known.role] };
		}
		const audiences = ({ adminAudience, audiences: all }: TrustedIssuer['config']) =>
			adminAudience === undefined ? all : [adminAudience];
		const verified = await verifyAccessToken(token, issuers, audiences, clock);
		if (isRefusal(verified)) {
			if (verified.status === 401) return undefined;
			throw new SluiceError(verified.code, verified.message);
		}
		const found = staffRoles(verified.principal, roles);
		return { principal: verified.principal, role: found[0] ?? 'agent', roles: found };
	}

	#isOfIssuer(token: string): boolean {
		return this.#options.issuers.size > 0 && !token.startsWith('slc_') && looksLikeJwt(token);
	}
}
