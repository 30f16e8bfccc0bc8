import { SluiceError } from '../../engine/error.ts';
import { duration } from '../../gateway/config/duration.ts';
import { type TokenInfo, Tokens } from '../../gateway/identity/tokens.ts';
import type { Role } from '../../gateway/identity/types.ts';
import type { Shell } from '../shell.ts';
import { type StorePlace, withStore } from './local-store.ts';

export interface TokenRequest extends StorePlace {
	readonly as: string;
	readonly for?: string;
	readonly group?: readonly string[];
	readonly role: Role;
	/** A duration; absent: it does not end by itself. */
	readonly expires?: string;
}

/** Makes a token and gives it: the only time anybody sees it. @throws SluiceError `ERR_TOKEN_INVALID` */
export async function createToken(request: TokenRequest, shell: Shell): Promise<{ token: string; info: TokenInfo }> {
	const { expires } = request;
	const ms = expires === undefined ? undefined : duration(expires);
	if (expires !== undefined && (ms === undefined || ms === 0)) {
		throw new SluiceError('ERR_TOKEN_INVALID', `\`${expires}\` is not a duration`, { help: 'write it like `90d`' });
	}
	return withStore(request, shell, false, async ({ store }) =>
		new Tokens(store, shell.clock).create({
			id: request.as,
			...(request.for === undefined ? {} : { for: request.for }),
			groups: request.group ?? [],
			role: request.role,
			...(ms === undefined ? {} : { expires: shell.clock.now() + BigInt(ms) * 1_000_000n }),
		}),
	);
}

/** What is known of all tokens, oldest first. */
export function listTokens(place: StorePlace, shell: Shell): Promise<TokenInfo[]> {
	return withStore(place, shell, true, async ({ store }) => new Tokens(store, shell.clock).list());
}

/** Ends the tokens of an id, or one by its prefix. @throws SluiceError `ERR_TOKEN_UNKNOWN` */
export function revokeTokens(which: string, place: StorePlace, shell: Shell): Promise<TokenInfo[]> {
	return withStore(place, shell, false, async ({ store }) => new Tokens(store, shell.clock).revoke(which));
}

/** `active`, `expired` or `revoked` */
export function tokenState(info: TokenInfo, now: bigint): string {
	if (info.revoked !== undefined) return 'revoked';
	return info.expires !== undefined && info.expires <= now ? 'expired' : 'active';
}
