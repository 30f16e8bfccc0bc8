import { chmodSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'tap';
import { duration, spellDuration } from '../../../gateway/config/duration.ts';
import { isLoopback, listenAddress, spellAddress } from '../../../gateway/config/listen-address.ts';
import { readSecret, spellSource } from '../../../gateway/config/secret.ts';
import { size, spellSize } from '../../../gateway/config/size.ts';

test('durations', async (t) => {
	for (const [text, ms] of [
		['50ms', 50],
		['10m', 600_000],
		['1h30m', 5_400_000],
		['90d', 7_776_000_000],
		['0s', 0],
	] as const) {
		t.equal(duration(text), ms, text);
	}
	for (const text of ['', '10', 'm', '10 m', '-1s', '0.5s', '1w', '10M', '1e3s'])
		t.equal(duration(text), undefined, text);
	fc.assert(fc.property(fc.nat(10_000_000_000), (ms) => duration(spellDuration(ms)) === ms));
});

test('sizes', async (t) => {
	for (const [text, bytes] of [
		['4MiB', 4_194_304],
		['1MB', 1_000_000],
		['1.5KiB', 1536],
		['7B', 7],
	] as const) {
		t.equal(size(text), bytes, text);
	}
	for (const text of ['', '4', 'MiB', '4mib', '4 MiB', '-1B', '1.3B', '5GiB/day']) t.equal(size(text), undefined, text);
	fc.assert(fc.property(fc.nat(), (bytes) => size(spellSize(bytes)) === bytes));
});

test('addresses', async (t) => {
	for (const text of ['127.0.0.1:7070', '[::1]:0', 'localhost:80', 'gateway.internal:443']) {
		t.equal(spellAddress(listenAddress(text)!), text);
	}
	for (const text of ['', '80', ':80', '127.0.0.1', '::1:80', '[::1]', '[x]:1', '1.2.3:1', 'a:65536', 'http://a:1']) {
		t.equal(listenAddress(text), undefined, text);
	}
	for (const host of ['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', 'localhost'])
		t.ok(isLoopback({ host, port: 1 }), host);
	for (const host of [
		'0.0.0.0',
		'::',
		'10.0.0.1',
		'::ffff:10.0.0.1',
		'localhost.example.com',
		'127.0.0.1.example.com',
	]) {
		t.notOk(isLoopback({ host, port: 1 }), host);
	}
});

test('secrets come from where they are, and never stand in an error', async (t) => {
	const dir = t.testdir({
		secret: 's3cret\n',
		empty: '\n',
		'no.sh': '#!/bin/sh\necho s3cret-out; echo s3cret-err >&2; exit 4\n',
	});
	chmodSync(`${dir}/no.sh`, 0o700);
	t.equal(await readSecret({ env: 'K' }, 'k', { K: 's3cret' }), 's3cret');
	t.equal(await readSecret({ file: `${dir}/secret` }, 'k', {}), 's3cret');
	t.equal(await readSecret({ command: ['printf', 's3\\n\\n'] }, 'k', {}), 's3\n', 'one line ending goes');
	const code = 'ERR_CONFIG_SECRET';
	await t.rejects(readSecret({ env: 'K' }, 'keys.master', {}), {
		code,
		message: '`keys.master` needs the environment variable `K`',
	});
	await t.rejects(readSecret({ env: 'K' }, 'k', { K: '' }), { code, message: /empty/ });
	await t.rejects(readSecret({ file: `${dir}/none` }, 'k', {}), { code, message: /ENOENT/ });
	await t.rejects(readSecret({ file: `${dir}/empty` }, 'k', {}), { code, message: /empty/ });
	const failed = await readSecret({ command: [`${dir}/no.sh`, 's3cret-arg'] }, 'k', {}).catch((e: Error) => e);
	t.match(failed, { code, message: /exit 4/ });
	t.notMatch((failed as Error).message, /s3cret/);
	t.notMatch(spellSource({ command: ['pass', 's3cret-arg'] }), /s3cret/);
});
