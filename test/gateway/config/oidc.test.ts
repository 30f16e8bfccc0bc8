import t from 'tap';
import type { SluiceError } from '../../../engine/error.ts';
import { parseConfig } from '../../../gateway/config/load.ts';
import { printConfig } from '../../../gateway/config/print.ts';

const SERVERS = 'servers: { files: { stdio: { command: npx } } }\n';
const parse = (oidc: string, more = '') => parseConfig(`${SERVERS}identity:\n  oidc: ${oidc}\n${more}`, '/etc/s.yaml');

function refusal(oidc: string): SluiceError {
	try {
		parse(oidc);
	} catch (error) {
		return error as SluiceError;
	}
	throw new Error('it was accepted');
}

t.test('the least, with its defaults', async (t) => {
	const [issuer] = parse('[ { issuer: https://idp.example.com } ]').identity.oidc;
	t.match(issuer, { audiences: [], idClaim: 'sub', humanClaim: 'email', groupsClaim: 'groups', allowPrivate: [] });
	t.notOk(issuer?.algorithms.some((alg) => alg === 'none' || alg.startsWith('HS')));
	t.notOk('adminAudience' in issuer!);
});

t.test('a full one is printed and read back', async (t) => {
	const config = parseConfig(
		`servers:
  files: { stdio: { command: npx }, scopes: { "*": [mcp], "tools/call": [write] } }
  mail: { stdio: { command: npx }, scopes: [mcp] }
identity:
  tokens: false
  oidc:
    - { issuer: https://a.example/, audience: [x, y], adminAudience: z, idClaim: oid, humanClaim: upn, groupsClaim: g, algorithms: [ES256] }
    - { issuer: "http://10.0.0.1:8080/realms/r", audience: x, allowPrivate: [10.0.0.0/8] }
`,
		'/etc/s.yaml',
	);
	t.strictSame(config.servers.files?.scopes, { '*': ['mcp'], 'tools/call': ['write'] });
	t.strictSame(config.servers.mail?.scopes, { '*': ['mcp'] });
	t.strictSame(parseConfig(printConfig(config), '/etc/s.yaml'), config);
});

t.test('what cannot be is refused, with the place', async (t) => {
	const cases: [string, RegExp][] = [
		['[ { audience: x } ]', /issuer/],
		['[ { issuer: idp.example.com } ]', /s\.yaml:3:\d+: .*URL/],
		['[ { issuer: http://idp.example.com } ]', /plain http/],
		['[ { issuer: "https://u:p@idp.example.com" } ]', /without credentials/],
		['[ { issuer: "https://idp.example.com?x=1" } ]', /URL/],
		['[ { issuer: https://a.example }, { issuer: https://a.example } ]', /there twice/],
		['[ { issuer: https://a.example, algorithms: [HS256] } ]', /algorithms/],
		['[ { issuer: https://a.example, algorithms: [none] } ]', /algorithms/],
		['[ { issuer: https://a.example, algorithms: [] } ]', /algorithms/],
		['[ { issuer: https://a.example, allowPrivate: [localhost] } ]', /CIDR/],
		['[ { issuer: https://a.example, audience: [x, y], adminAudience: y } ]', /agents would reach the admin API/],
		['[ { issuer: https://a.example, audiance: x } ]', /audience/],
	];
	for (const [oidc, message] of cases) {
		const { code, message: said, help = '' } = refusal(oidc);
		t.equal(code, 'ERR_CONFIG_INVALID', oidc);
		t.match(said + help, message, oidc);
	}
	t.throws(() => parseConfig('servers: { a: { stdio: { command: x }, scopes: ["a b"] } }', 's.yaml'), {
		message: /scope/,
	});
});

t.test('an issuer is enough for somebody to connect', async (t) => {
	t.ok(parse('[ { issuer: https://a.example } ]\n  tokens: false'));
	t.throws(() => parseConfig(`${SERVERS}identity: { tokens: false }`, 's.yaml'), { message: /nobody could connect/ });
});
