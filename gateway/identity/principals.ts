import type { Principal } from '../../engine/session/types.ts';

/** Who comes without a credential, where that is allowed. There is no human to name, so nobody votes as this. */
export function anonymousPrincipal(): Principal {
	return { id: 'anonymous', kind: 'anonymous', issuer: 'sluice', groups: [], scopes: [], claims: {} };
}

/** The user that a local process runs as (`wrap` without a token, commands that read the store's keys). */
export function osPrincipal(user: string): Principal {
	return { id: user, kind: 'human', issuer: 'os', groups: [], scopes: [], claims: {} };
}
