import t from 'tap';
import { parseConfig } from '../../../gateway/config/load.ts';
import { printConfig } from '../../../gateway/config/print.ts';

const SERVERS = 'servers: { files: { stdio: { command: npx } } }\n';
const TLS = '{ cert: { file: c.pem }, key: { env: K }';

t.test('certificates are named by their source, relative to the file', async (t) => {
	const text = `${SERVERS}tls: ${TLS}, clientCa: { file: ca.pem } }\nadminTls: ${TLS} }\nidentity: { mtls: { idFrom: san } }\n`;
	const config = parseConfig(text, '/etc/s.yaml');
	t.strictSame(config.tls, { cert: { file: '/etc/c.pem' }, key: { env: 'K' }, clientCa: { file: '/etc/ca.pem' } });
	t.strictSame(config.adminTls, { cert: { file: '/etc/c.pem' }, key: { env: 'K' } });
	t.strictSame(config.identity.mtls, { idFrom: 'san' });
	t.strictSame(parseConfig(printConfig(config), '/etc/s.yaml'), config);
	const short = parseConfig(
		`${SERVERS}tls: ${TLS}, clientCa: { file: a } }\nidentity: { mtls: {}, tokens: false }\n`,
		's.yaml',
	);
	t.strictSame(short.identity.mtls, { idFrom: 'subject' });
});

t.test('off loopback each address needs TLS of its own, or a proxy', async (t) => {
	const url = 'publicUrl: https://mcp.example.com\n';
	const listen = `${SERVERS}${url}listen: 0.0.0.0:443\n`;
	t.throws(() => parseConfig(listen, 's.yaml'), {
		message: /`listen` is not on loopback and nothing encrypts/,
		help: /`tls`/,
	});
	t.ok(parseConfig(`${listen}tls: ${TLS} }\n`, 's.yaml'));
	t.ok(parseConfig(`${listen}trustProxy: [10.0.0.0/8]\n`, 's.yaml'));
	const admin = `${listen}tls: ${TLS} }\nadmin: 0.0.0.0:7071\n`;
	t.throws(() => parseConfig(admin, 's.yaml'), { message: /`admin` is not on loopback/, help: /`adminTls`/ });
	t.ok(parseConfig(`${admin}adminTls: ${TLS} }\n`, 's.yaml'));
});

t.test('what cannot be', async (t) => {
	for (const [more, message] of [
		['tls: { cert: { file: c } }\n', /key/],
		['tls: { cert: c.pem, key: k.pem }\n', /cert/],
		['identity: { mtls: {} }\n', /needs `tls.clientCa`/],
		[`tls: ${TLS} }\nidentity: { mtls: {} }\n`, /needs `tls.clientCa`/],
		[`tls: ${TLS}, clientCa: { file: a } }\nidentity: { mtls: { idFrom: serial } }\n`, /idFrom/],
	] as const) {
		t.throws(() => parseConfig(`${SERVERS}${more}`, 's.yaml'), { message }, more);
	}
});
