import type { lookup } from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Test, test } from 'tap';
import { guardedFetch } from '../../../gateway/net/guarded-fetch.ts';
import { manualClock } from '../approvals/manual-clock.ts';

async function serve(t: Test, listener: RequestListener): Promise<number> {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	return (server.address() as AddressInfo).port;
}

const clock = manualClock();
const local = ['127.0.0.0/8'];

/** A resolver that says another address each time. */
function resolver(...answers: string[]): typeof lookup {
	return ((_name: string, _options: object, done: (e: null, a: { address: string; family: number }[]) => void) =>
		done(null, [{ address: answers.shift()!, family: 4 }])) as typeof lookup;
}

test('an address that is not public is not connected to, by number or by name', async (t) => {
	let asked = 0;
	const port = await serve(t, (_req, res) => {
		asked++;
		res.end('{}');
	});
	const fetch = guardedFetch({ allowPrivate: [], clock, lookup: resolver('127.0.0.1', '127.0.0.1') });
	for (const url of [
		`https://127.0.0.1:${port}/`,
		`https://[::ffff:7f00:1]:${port}/`,
		`https://2130706433:${port}/`,
		`https://idp.example:${port}/`,
		`http://idp.example:${port}/`,
	]) {
		await t.rejects(fetch(url), { code: 'ERR_FETCH_ADDRESS', help: /allowPrivate/ }, url);
	}
	t.equal(asked, 0);
});

test('plain http goes to the named ranges only', async (t) => {
	const fetch = guardedFetch({ allowPrivate: local, clock, lookup: resolver('192.0.43.8') });
	await t.rejects(fetch('http://idp.example/'), { code: 'ERR_FETCH_ADDRESS', message: /over plain http/ });
	await t.rejects(fetch('ftp://127.0.0.1/'), { code: 'ERR_FETCH_FAILED' });
	await t.rejects(fetch('file:///etc/passwd'), { code: 'ERR_FETCH_FAILED' });
});

test('a name is resolved once: what was checked is what is connected to', async (t) => {
	const port = await serve(t, (_req, res) => res.end('here'));
	const fetch = guardedFetch({ allowPrivate: ['127.0.0.1/32'], clock, lookup: resolver('127.0.0.1', '127.0.0.9') });
	t.equal(await (await fetch(`http://idp.example:${port}/`)).text(), 'here');
	const again = guardedFetch({ allowPrivate: ['127.0.0.1/32'], clock, lookup: resolver('127.0.0.9', '127.0.0.1') });
	await t.rejects(again(`http://idp.example:${port}/`), { code: 'ERR_FETCH_ADDRESS' });
});

test('method, headers and body arrive; status and headers come back', async (t) => {
	const port = await serve(t, (req, res) => {
		let body = '';
		req.on('data', (chunk) => {
			body += chunk;
		});
		req.on('end', () => {
			res.writeHead(418, { 'x-one': '1', 'content-type': 'application/json' });
			res.end(JSON.stringify([req.method, req.headers.authorization, req.headers['content-type'], body]));
		});
	});
	const fetch = guardedFetch({ allowPrivate: local, clock });
	const answer = await fetch(`http://127.0.0.1:${port}/t`, {
		method: 'POST',
		headers: { authorization: 'Basic x' },
		body: new URLSearchParams({ a: 'b c' }),
	});
	t.equal(answer.status, 418);
	t.equal(answer.headers.get('x-one'), '1');
	t.strictSame(await answer.json(), ['POST', 'Basic x', 'application/x-www-form-urlencoded;charset=UTF-8', 'a=b+c']);
});

test('a redirect is an answer, not a way on', async (t) => {
	const port = await serve(t, (req, res) => {
		if (req.url === '/') res.writeHead(302, { location: '/secret' }).end();
		else res.end('followed');
	});
	const answer = await guardedFetch({ allowPrivate: local, clock })(`http://127.0.0.1:${port}/`);
	t.equal(answer.status, 302);
	t.equal(await answer.text(), '');
});

test('an answer that is too large or does not come is given up', async (t) => {
	const clock = manualClock();
	let asked: () => void = () => {};
	const port = await serve(t, (req, res) => {
		if (req.url === '/large') res.end('x'.repeat(200));
		else asked();
	});
	const fetch = guardedFetch({ allowPrivate: local, clock, maxBytes: 100, timeoutMs: 5_000 });
	await t.rejects(fetch(`http://127.0.0.1:${port}/large`), {
		code: 'ERR_FETCH_FAILED',
		message: /larger than 100 bytes/,
	});
	const reached = new Promise<void>((resolve) => {
		asked = resolve;
	});
	const silent = fetch(`http://127.0.0.1:${port}/silent?code=secret`);
	await reached;
	clock.advance(5_000);
	await t.rejects(silent, { code: 'ERR_FETCH_FAILED', message: /\/silent`: no answer within 5 s$/ });
});
