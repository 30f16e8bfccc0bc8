import t from 'tap';
import { parseConfig } from '../../../gateway/config/load.ts';
import { printConfig } from '../../../gateway/config/print.ts';

const FILE = '/etc/sluice/sluice.yaml';
const client = { clientId: 'sluice', clientSecret: { env: 'S' } };
const issuer = 'https://idp.example.com';

const config = (auth: object, more: { url?: string; headers?: object; top?: object } = {}) => {
	const { url = 'https://mcp.example.com/mcp/', headers, top = {} } = more;
	return JSON.stringify({ servers: { one: { http: { url, auth, ...(headers && { headers }) } } }, ...top });
};
const authOf = (auth: object, more = {}) => {
	const { upstream } = parseConfig(config(auth, more), FILE).servers.one!;
	return upstream.kind === 'http' ? upstream.auth : undefined;
};

t.test('defaults: the resource is the server, nothing private may be reached', async (t) => {
	t.strictSame(authOf({ clientCredentials: { issuer, ...client, clientSecret: { file: 's' } } }), {
		kind: 'clientCredentials',
		issuer,
		clientId: 'sluice',
		clientSecret: { file: '/etc/sluice/s' },
		resource: 'https://mcp.example.com/mcp',
		allowPrivate: [],
	});
	t.match(authOf({ userGrant: {} }, { url: 'https://mcp.example.com/?x=1' }), { resource: 'https://mcp.example.com' });
	t.notOk('resource' in authOf({ userGrant: { resource: false } })!);
	t.match(authOf({ tokenExchange: { tokenUrl: `${issuer}/t`, ...client, audience: 'crm', scope: 'a b' } }), {
		kind: 'tokenExchange',
		audience: 'crm',
		scope: 'a b',
	});
});

t.test('printed, it reads back the same, and a secret is only named', async (t) => {
	for (const auth of [
		{ clientCredentials: { issuer, ...client, authMethod: 'post', allowPrivate: ['10.0.0.0/8'] } },
		{ tokenExchange: { tokenUrl: `${issuer}/t`, ...client, resource: false } },
		{ userGrant: { scope: 'a' } },
	]) {
		const read = parseConfig(config(auth, { top: { adminUrl: 'https://admin.example.com/' } }), FILE);
		const again = parseConfig(printConfig(read), FILE);
		t.strictSame(again.servers, read.servers);
		t.equal(again.adminUrl, 'https://admin.example.com');
	}
});

t.test('what cannot be meant is said, with its place and the way out', async (t) => {
	const cases: readonly [object, RegExp, Parameters<typeof config>[1]?][] = [
		[{}, /exactly one of `clientCredentials`, `tokenExchange`, `userGrant`/],
		[{ userGrant: {}, clientCredentials: { issuer, ...client } }, /exactly one of/],
		[{ clientCredential: {} }, /`clientCredentials`/],
		[{ clientCredentials: { ...client } }, /exactly one of `issuer` and `tokenUrl`/],
		[{ clientCredentials: { issuer, tokenUrl: issuer, ...client } }, /exactly one of `issuer` and `tokenUrl`/],
		[{ clientCredentials: { issuer, clientId: 'a' } }, /clientSecret/],
		[{ clientCredentials: { issuer, clientId: 'a', clientSecret: 'in clear' } }, /a secret source: \{ env: NAME \}/],
		[{ clientCredentials: { issuer: 'http://idp.example.com', ...client } }, /in clear/],
		[{ clientCredentials: { issuer: 'https://a:b@idp.example.com', ...client } }, /without credentials/],
		[{ clientCredentials: { issuer, ...client, resource: 'https://a/#b' } }, /no fragment/],
		[{ clientCredentials: { issuer, ...client, allowPrivate: ['10.0.0.1/99'] } }, /not a CIDR range/],
		[{ userGrant: { clientId: 'a' } }, /any authorization server/],
		[{ userGrant: { clientSecret: { env: 'S' } } }, /without `clientId`/],
		[{ userGrant: {} }, /would cross the network in clear/, { url: 'http://mcp.example.com/mcp' }],
		[{ userGrant: {} }, /both say/, { headers: { Authorization: { env: 'A' } } }],
		[{ userGrant: {} }, /`adminUrl` is missing/, { top: { admin: '0.0.0.0:7071', trustProxy: ['10.0.0.0/8'] } }],
		[
			{ userGrant: {} },
			/`adminUrl` is http/,
			{ top: { admin: '0.0.0.0:7071', trustProxy: ['10.0.0.0/8'], adminUrl: 'http://a.example.com' } },
		],
	];
	for (const [auth, message, more] of cases) {
		t.throws(() => parseConfig(config(auth, more), FILE), { code: 'ERR_CONFIG_INVALID', message }, String(message));
	}
	const ws = { url: 'wss://mcp.example.com/mcp', auth: { tokenExchange: { issuer, ...client } } };
	t.throws(() => parseConfig(JSON.stringify({ servers: { a: { ws } } }), FILE), {
		message: /not possible over WebSocket/,
	});
	t.throws(() => parseConfig('servers: { a: { stdio: { command: x, auth: { userGrant: {} } } } }', FILE), {
		code: 'ERR_CONFIG_INVALID',
		message: /`auth`/,
	});
	t.doesNotThrow(() =>
		parseConfig(config({ userGrant: { issuer: 'http://127.0.0.1:1' } }, { url: 'http://[::1]:2/' }), FILE),
	);
});
