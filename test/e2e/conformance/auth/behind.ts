import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { gateway } from '../../support/gateway.ts';
import { ask } from './challenge.ts';
import { signingIssuer } from './issuer.ts';

// node behind.ts URL: starts a gateway in front of the referee's resource server, configured with what that server says
// of itself, and lets the client under the referee's eyes go to the gateway instead.
const url = process.argv[2]!;
const ends: (() => Promise<void>)[] = [];
try {
	process.exitCode = await run();
} finally {
	for (const end of ends) await end();
}

async function run(): Promise<number> {
	const { issuer: theirs, scope, scopes } = await ask(url);
	const issuer = await signingIssuer(theirs, '');
	ends.unshift(() => issuer.close());
	const auth = {
		tokenExchange: { tokenUrl: issuer.exchangeUrl, clientId: 'gateway', clientSecret: { env: 'GATEWAY_SECRET' } },
	};
	process.env['GATEWAY_SECRET'] = 'not a secret';
	const house = await gateway(
		{ teardown: (end) => ends.unshift(end) },
		{
			servers: { mock: { http: { url, auth } } },
			more: { identity: { oidc: [{ issuer: issuer.issuer, audience: '' }] } },
		},
	);
	const client = spawn(
		process.execPath,
		[fileURLToPath(new URL('client.ts', import.meta.url)), `${house.url}/mcp/mock`],
		{
			stdio: 'inherit',
		},
	);
	const [code] = await once(client, 'close');
	process.stderr.write(house.said);
	return code ?? 1;
}
