import type { Principal } from '../../engine/session/types.ts';
import type { SubjectToken } from './subject-token.ts';

/** What a credential may be used for; one credential has one role (contract §4). */
export type Role = 'agent' | 'approver' | 'auditor' | 'admin';

/** Somebody whose credential was checked. */
export interface Identified {
	readonly principal: Principal;
	readonly role: Role;
	/** The token itself, sealed: only one of another issuer, and only for an exchange (RFC 8693). */
	readonly subject?: SubjectToken;
	/** When the credential ends by itself, Unix time in ns. */
	readonly expires?: bigint;
	/** Whether it still counts, for one that can be revoked. */
	readonly holds?: () => boolean;
}

/** Why a token is not taken. */
export interface TokenRefusal {
	/** 401: another token is needed; 503: nobody can say at the moment. */
	readonly status: 401 | 503;
	readonly code: string;
	readonly message: string;
}

export function isRefusal(outcome: object): outcome is TokenRefusal {
	return 'status' in outcome;
}
