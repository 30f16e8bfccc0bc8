import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { type Test, test } from 'tap';
import type { TlsConfig } from '../../../gateway/config/tls.ts';
import { Certificates } from '../../../gateway/net/certificates.ts';
import { readTls } from '../../../gateway/net/tls-material.ts';
import { subscribe } from '../../../gateway/telemetry/channels.ts';
import { httpListener } from '../../../gateway/transport/http/listener.ts';
import type { Front } from '../../../gateway/transport/types.ts';
import { ManualClock } from '../../fixtures/house.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/tls');
const at = (name: string) => join(FIXTURES, name);
const pem = (name: string) => readFileSync(at(name), 'utf8');
const files = (name: string): TlsConfig => ({ cert: { file: at(`${name}.pem`) }, key: { file: at(`${name}.key`) } });

test('what is wrong is named, with its file', async (t) => {
	t.match(await readTls(files('server'), 'tls', {}), { minVersion: 'TLSv1.2', cert: /BEGIN CERTIFICATE/ });
	const dir = t.testdir({ text: 'hello', empty: '' });
	const cases: [Partial<TlsConfig>, string, RegExp][] = [
		[{ cert: { file: join(dir, 'none') } }, 'ERR_CONFIG_SECRET', /none` for `tls\.cert` \(ENOENT\)/],
		[{ cert: { file: join(dir, 'empty') } }, 'ERR_CONFIG_SECRET', /empty/],
		[{ cert: { file: join(dir, 'text') } }, 'ERR_CONFIG_TLS', /`tls\.cert` \(`.*text`\) is no certificate/],
		[{ key: { file: join(dir, 'text') } }, 'ERR_CONFIG_TLS', /`tls\.key` \(`.*text`\) is no private key/],
		[{ key: { file: at('renewed.key') } }, 'ERR_CONFIG_TLS', /`tls\.key` \(`.*renewed\.key`\) does not fit/],
		[{ clientCa: { file: join(dir, 'text') } }, 'ERR_CONFIG_TLS', /`tls\.clientCa`/],
		[{ key: { env: 'NOT_SET' } }, 'ERR_CONFIG_SECRET', /NOT_SET/],
	];
	for (const [wrong, code, message] of cases) {
		await t.rejects(readTls({ ...files('server'), ...wrong }, 'tls', {}), { code, message }, String(message));
	}
	const key = await readTls({ ...files('server'), key: { env: 'KEY' } }, 'tls', { KEY: pem('server.key') });
	t.match(key.key, /PRIVATE KEY/);
});

/** The common name that a new connection is shown, or why there is none. */
function shown(port: number, options: ConnectionOptions = {}): Promise<string> {
	return new Promise((resolve) => {
		const socket = connect({ port, host: '127.0.0.1', ca: pem('ca.pem'), ...options }, () => {
			// with TLS 1.3 the server's no comes after the handshake
			socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
			socket.once('data', () => {
				resolve(String(socket.getPeerCertificate().subject['CN']));
				socket.destroy();
			});
		});
		socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
		socket.once('close', () => resolve('closed'));
	});
}

async function listening(t: Test, config: TlsConfig, clock = new ManualClock()) {
	const certificates = new Certificates({ tls: config }, {}, clock);
	const tls = await certificates.read('tls');
	const http = await httpListener({} as Front, {
		host: '127.0.0.1',
		port: 0,
		limits: { frame: 1000, slowReader: 1000 },
		...(tls && { tls }),
	});
	t.teardown(() => http.close(0));
	t.match(http.url, /^https:/);
	certificates.follow('tls', (renewed) => http.renew(renewed));
	t.teardown(() => certificates.stop());
	return { port: http.port, certificates };
}

test('a renewed certificate is taken when its files change, a broken one is not', async (t) => {
	const dir = t.testdir();
	const put = (name: string) => {
		copyFileSync(at(`${name}.pem`), join(dir, 'cert.pem'));
		copyFileSync(at(`${name}.key`), join(dir, 'key.pem'));
	};
	put('server');
	const clock = new ManualClock();
	const config = { cert: { file: join(dir, 'cert.pem') }, key: { file: join(dir, 'key.pem') } };
	const { port, certificates } = await listening(t, config, clock);
	t.equal(await shown(port), 'gateway');
	put('renewed');
	t.equal(await shown(port), 'gateway', 'nobody has looked yet');
	clock.pass(10_000);
	while ((await shown(port)) !== 'renewed');

	const troubles: string[] = [];
	t.teardown(subscribe('trouble', ({ code, message }) => troubles.push(`${code} ${message}`)));
	writeFileSync(join(dir, 'cert.pem'), 'half a file');
	await certificates.again();
	t.match(troubles, [/^ERR_CONFIG_TLS the certificate in force stays: .*cert\.pem.* is no certificate/]);
	t.equal(await shown(port), 'renewed');
	put('server');
	await certificates.again();
	t.equal(await shown(port), 'gateway');
});

test('old versions of TLS are not spoken', async (t) => {
	const { port } = await listening(t, files('server'));
	t.equal(await shown(port, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }), 'gateway');
	const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
	t.match(await shown(port, old), /ALERT|closed|ECONNRESET|UNSUPPORTED/);
});

test('with clientCa, nobody without a certificate of that authority gets as far as HTTP', async (t) => {
	const { port } = await listening(t, { ...files('server'), clientCa: { file: at('ca.pem') } });
	t.equal(await shown(port, { cert: pem('bot.pem'), key: pem('bot.key') }), 'gateway');
	for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
		t.not(await shown(port, { maxVersion }), 'gateway', `none, ${maxVersion}`);
		const stranger = { cert: pem('stranger.pem'), key: pem('stranger.key'), maxVersion };
		t.not(await shown(port, stranger), 'gateway', `of another authority, ${maxVersion}`);
	}
});
