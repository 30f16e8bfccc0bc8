import { stringify } from 'yaml';
import type { Config, ServerConfig } from './config.ts';
import { spellDuration } from './duration.ts';
import { spellAddress } from './listen-address.ts';
import { spellOidcIssuer } from './oidc.ts';
import { spellSize } from './size.ts';
import { spellUpstreamAuth } from './upstream-auth.ts';

/**
 * The configuration in force as YAML that `loadConfig` reads back to the same value: every default written out,
 * paths absolute, secrets as their source.
 */
export function printConfig(config: Config): string {
	const { limits, approvals } = config;
	return stringify({
		listen: spellAddress(config.listen),
		admin: spellAddress(config.admin),
		...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
		...(config.adminUrl === undefined ? {} : { adminUrl: config.adminUrl }),
		trustProxy: config.trustProxy,
		...(config.tls === undefined ? {} : { tls: config.tls }),
		...(config.adminTls === undefined ? {} : { adminTls: config.adminTls }),
		allowedOrigins: config.allowedOrigins,
		dataDir: config.dataDir,
		keys: config.keys,
		servers: Object.fromEntries(Object.entries(config.servers).map(([name, server]) => [name, spellServer(server)])),
		wrap: config.wrap,
		identity: { ...config.identity, oidc: config.identity.oidc.map(spellOidcIssuer) },
		policy: { ...config.policy, memory: spellDuration(config.policy.memory) },
		limits: {
			...limits,
			evaluation: spellDuration(limits.evaluation),
			memory: spellSize(limits.memory),
			input: spellSize(limits.input),
			frame: spellSize(limits.frame),
			idle: spellDuration(limits.idle),
			slowReader: spellDuration(limits.slowReader),
		},
		recording: config.recording,
		approvals: {
			timeout: spellDuration(approvals.timeout),
			holdFor: spellDuration(approvals.holdFor),
			grantFor: spellDuration(approvals.grantFor),
		},
		masking: config.masking,
		log: config.log,
		shutdown: { grace: spellDuration(config.shutdown.grace) },
	});
}

function spellServer({ labels, scopes, upstream }: ServerConfig): unknown {
	const more = { labels, ...(scopes === undefined ? {} : { scopes }) };
	const { kind, ...rest } = upstream;
	if (!('auth' in rest) || rest.auth === undefined) return { [kind]: rest, ...more };
	return { [kind]: { ...rest, auth: spellUpstreamAuth(rest.auth) }, ...more };
}
