import type { CustomFetch } from 'openid-client';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { readSecret } from '../config/secret.ts';
import type { UpstreamAuth } from '../config/upstream-auth.ts';
import { clientCredentials } from './client-credentials.ts';
import { OAuthClient } from './oauth-client.ts';
import type { ServerCredentials } from './types.ts';

export interface UpstreamOptions {
	readonly config: Pick<Config, 'servers'>;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	/** A fetch that reaches no private network but these CIDR ranges. */
	readonly fetchWith: (allowPrivate: readonly string[]) => CustomFetch;
}

/** The credentials of every server that has `auth`, by its name. Their secrets are read once, now. */
export async function upstreamCredentials(options: UpstreamOptions): Promise<Map<string, ServerCredentials>> {
	const all = new Map<string, ServerCredentials>();
	for (const { name, upstream } of Object.values(options.config.servers)) {
		if (upstream.kind === 'stdio' || upstream.auth === undefined) continue;
		all.set(name, await credentialsOf(name, upstream.auth, `servers.${name}.${upstream.kind}.auth`, options));
	}
	return all;
}

async function credentialsOf(
	server: string,
	auth: UpstreamAuth,
	where: string,
	{ env, clock, fetchWith }: UpstreamOptions,
): Promise<ServerCredentials> {
	const { kind, issuer, tokenUrl, clientId, authMethod, scope, resource } = auth;
	const clientSecret =
		auth.clientSecret === undefined
			? undefined
			: await readSecret(auth.clientSecret, `${where}.${kind}.clientSecret`, env);
	const client = new OAuthClient({
		server,
		...(issuer === undefined ? {} : { issuer }),
		...(tokenUrl === undefined ? {} : { tokenUrl }),
		clientId: clientId!,
		...(clientSecret === undefined ? {} : { clientSecret }),
		...(authMethod === undefined ? {} : { authMethod }),
		fetch: fetchWith(auth.allowPrivate),
		clock,
	});
	const wanted = { ...(scope === undefined ? {} : { scope }), ...(resource === undefined ? {} : { resource }) };
	switch (kind) {
		case 'clientCredentials':
			return clientCredentials(client, wanted, clock);
		default:
			throw new Error(`${kind} is not there yet`);
	}
}
