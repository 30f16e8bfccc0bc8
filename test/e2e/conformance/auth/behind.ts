import { gateway } from '../../support/gateway.ts';
import { ask } from './challenge.ts';
import { visit } from './client.ts';
import { signingIssuer } from './issuer.ts';
import { scenarios } from './scenarios.ts';

// node behind.ts URL: starts a gateway in front of the referee's resource server, configured with what that server says
// of itself, and lets the client under the referee's eyes go to the gateway instead.
const url = process.argv[2]!;
/** Everything here is on loopback. */
const allowPrivate = ['127.0.0.0/8', '::1/128'];
const ends: (() => Promise<void>)[] = [];
try {
	await run();
} finally {
	for (const end of ends) await end();
}

async function run(): Promise<void> {
	const scenario = scenarios.find(({ name }) => name === process.env['MCP_CONFORMANCE_SCENARIO']);
	const asked = await ask(url);
	const issuer = await signingIssuer(asked.issuer, {
		resource: asked.resource,
		grantsNothing: scenario?.grantsNothing === true,
	});
	ends.unshift(() => issuer.close());
	process.env['GATEWAY_SECRET'] = 'not a secret';
	const exchange = { tokenUrl: issuer.exchangeUrl, clientId: 'gateway', clientSecret: { env: 'GATEWAY_SECRET' } };
	const house = await gateway(
		{ teardown: (end) => ends.unshift(end) },
		{
			servers: {
				mock: {
					http: { url, auth: { tokenExchange: { ...exchange, allowPrivate } } },
					scopes: scenario?.scopes ?? asked.scopes,
				},
			},
			more: { identity: { oidc: [{ issuer: issuer.issuer, allowPrivate }] } },
		},
	);
	issuer.resource = `${house.url}/mcp/mock`;
	await visit(issuer.resource);
}
