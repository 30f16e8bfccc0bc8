import type { SubjectToken } from '../identity/subject-token.ts';
import type { Credentials, OnBehalf } from '../transport/credentials.ts';

/** Whose request it is that goes to a server. */
export interface OnBehalfOf {
	readonly issuer: string;
	readonly id: string;
	/** The token the caller came with, if it is one that can be exchanged. */
	readonly subject?: SubjectToken;
}

/** The gateway's credentials towards one server. */
export interface ServerCredentials {
	/** Those of one session. `who` is asked at each request: a caller's token changes while a session lives. */
	of(who: (on?: OnBehalf) => OnBehalfOf): Credentials;
}

/** An access token of an upstream's authorization server. */
export interface AccessToken {
	/** RFC 6750 §2.1 `b64token`. */
	readonly value: string;
	/** Unix time, ns. */
	readonly expires: bigint;
}
