import type { Principal } from '../../engine/session/types.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/store.ts';
import { Credentials } from './credentials.ts';
import { anonymousPrincipal, osPrincipal } from './principals.ts';
import { Resources } from './resources.ts';
import { Tokens } from './tokens.ts';
import { trustedIssuers } from './trusted-issuers.ts';
import type { Identified, TokenRefusal } from './types.ts';

export interface IdentityOptions {
	readonly config: Pick<Config, 'identity' | 'publicUrl' | 'servers'>;
	readonly store: Store;
	readonly clock: Clock;
	/** Told what keeps issuers' keys from being fetched. */
	readonly onTrouble: (message: string) => void;
}

/** Everything about who may come in, by the configuration. */
export interface IdentityRoom {
	readonly credentials: Credentials;
	readonly resources: Resources;
	/** Who holds this bearer token, for calls to `server`. */
	verify(token: string, server: string): Promise<Identified | TokenRefusal>;
	/** Who comes without one; undefined: nobody may. */
	readonly anonymous: Principal | undefined;
	os(user: string): Principal;
}

export function identityRoom({ config, store, clock, onTrouble }: IdentityOptions): IdentityRoom {
	const { identity, publicUrl } = config;
	const resources = new Resources(publicUrl);
	const credentials = new Credentials({
		tokens: new Tokens(store, clock),
		tokensForServers: identity.tokens,
		issuers: trustedIssuers(identity.oidc, clock, onTrouble),
		resources,
		roles: identity.roles,
		clock,
	});
	return {
		credentials,
		resources,
		verify: (token, server) => credentials.forServer(token, server),
		anonymous: identity.anonymous ? anonymousPrincipal() : undefined,
		os: osPrincipal,
	};
}
