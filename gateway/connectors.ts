import type { Clock } from './clock.ts';
import type { Config, ServerConfig } from './config/config.ts';
import { readSecret, type SecretSource } from './config/secret.ts';
import type { Served } from './sessions/sessions.ts';
import { httpConnector } from './transport/http/connector.ts';
import { sseConnector } from './transport/sse/connector.ts';
import { stdioConnector } from './transport/stdio/connector.ts';
import type { Connector } from './transport/types.ts';
import { webSocketConnector } from './transport/websocket/connector.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The configured servers with a connector each. Their secrets are read once, now. */
export async function connectServers(config: Config, env: Env, clock: Clock): Promise<Map<string, Served>> {
	const served = new Map<string, Served>();
	for (const server of Object.values(config.servers)) {
		served.set(server.name, {
			identity: { name: server.name, labels: server.labels, transport: server.upstream.kind },
			connector: await connectorOf(server, config, env, clock),
		});
	}
	return served;
}

async function connectorOf(server: ServerConfig, config: Config, env: Env, clock: Clock): Promise<Connector> {
	const { upstream, name } = server;
	const limits = { frame: config.limits.frame };
	if (upstream.kind === 'stdio') {
		const { command, args, cwd } = upstream;
		const added = await secrets(upstream.env, `servers.${name}.stdio.env`, env);
		return stdioConnector({ command, args, cwd, env: added, environment: env, limits, clock });
	}
	const headers = await secrets(upstream.headers, `servers.${name}.${upstream.kind}.headers`, env);
	const remote = { http: httpConnector, sse: sseConnector, ws: webSocketConnector }[upstream.kind];
	return remote({ url: upstream.url, headers, limits, clock });
}

async function secrets(
	values: Readonly<Record<string, string | SecretSource>>,
	where: string,
	env: Env,
): Promise<Record<string, string>> {
	const read: Record<string, string> = {};
	for (const [name, value] of Object.entries(values)) {
		read[name] = typeof value === 'string' ? value : await readSecret(value, `${where}.${name}`, env);
	}
	return read;
}
