import type { CustomFetch } from 'openid-client';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { readSecret } from '../config/secret.ts';
import type { UpstreamAuth } from '../config/upstream-auth.ts';
import { guardedFetch } from '../net/guarded-fetch.ts';
import type { Store } from '../store/store.ts';
import { clientCredentials } from './client-credentials.ts';
import { Connections, type ConnectionsOptions } from './connections.ts';
import { GrantClients } from './grant-client.ts';
import { Grants, type TextBox } from './grants.ts';
import { OAuthClient } from './oauth-client.ts';
import { Pending } from './pending.ts';
import { tokenExchange } from './token-exchange.ts';
import type { ServerCredentials } from './types.ts';
import { userGrant } from './user-grant.ts';

export interface UpstreamOptions {
	readonly config: Pick<Config, 'servers'>;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	readonly store: Store;
	/** Seals texts of slow state for a purpose; `MasterKey.textBox`. */
	readonly box: (purpose: string) => TextBox;
	/** Where people reach the admin address; undefined: nobody can here. */
	readonly adminUrl: () => string | undefined;
	readonly record: ConnectionsOptions['record'];
}

/** The gateway's own credentials towards the servers it fronts. */
export interface UpstreamRoom {
	/** Of every server that has `auth`, by its name. */
	readonly credentials: ReadonlyMap<string, ServerCredentials>;
	readonly connections: Connections;
}

/** Reads all client secrets, once, now. @throws SluiceError `ERR_CONFIG_SECRET` */
export async function openUpstream(options: UpstreamOptions): Promise<UpstreamRoom> {
	const { config, env, clock, store, box, adminUrl, record } = options;
	const credentials = new Map<string, ServerCredentials>();
	const clients = new Map<string, GrantClients>();
	const grants = new Grants(store.table('grants'), box('grants'), clock);
	const connectUrl = (server: string) => {
		const url = adminUrl();
		return url === undefined ? undefined : `${url}/connect/${server}`;
	};
	for (const { name, upstream } of Object.values(config.servers)) {
		if (upstream.kind === 'stdio' || upstream.auth === undefined) continue;
		const { auth, url } = upstream;
		const of = await clientOf(
			name,
			auth,
			`servers.${name}.${upstream.kind}.auth.${auth.kind}.clientSecret`,
			env,
			clock,
		);
		if (auth.kind !== 'userGrant') {
			const oauth = new OAuthClient({ ...of, clientId: auth.clientId!, ...optional('tokenUrl', auth.tokenUrl), clock });
			const wanted = { ...optional('scope', auth.scope), ...optional('resource', auth.resource) };
			credentials.set(
				name,
				auth.kind === 'clientCredentials'
					? clientCredentials(oauth, wanted, clock)
					: tokenExchange(name, oauth, { ...wanted, ...optional('audience', auth.audience) }, clock),
			);
			continue;
		}
		const settings = { ...of, url, ...optional('scope', auth.scope), ...optional('resource', auth.resource) };
		const found = new GrantClients(settings, {
			clock,
			registrations: store.table('oauthClients'),
			box: box('oauth-clients'),
		});
		clients.set(name, found);
		credentials.set(name, userGrant({ grants, clients: found, clock, connectUrl }));
	}
	const pending = store.table<never>('connecting');
	const connections = new Connections({
		clients,
		grants,
		asked: new Pending('asked', pending, box('connecting'), clock),
		away: new Pending('away', pending, box('connecting'), clock),
		clock,
		redirectUri: (server) => `${connectUrl(server)!}/callback`,
		record,
	});
	return { credentials, connections };
}

async function clientOf(server: string, auth: UpstreamAuth, where: string, env: UpstreamOptions['env'], clock: Clock) {
	const secret = auth.clientSecret === undefined ? undefined : await readSecret(auth.clientSecret, where, env);
	// openid-client hands over what `fetch` takes, spelled in types of its own.
	const fetch = guardedFetch({ allowPrivate: auth.allowPrivate, clock }) as unknown as CustomFetch;
	return {
		server,
		...optional('issuer', auth.issuer),
		...optional('clientId', auth.clientId),
		...optional('clientSecret', secret),
		...optional('authMethod', auth.authMethod),
		fetch,
	};
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
	return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
