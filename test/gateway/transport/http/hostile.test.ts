import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { type HttpListener, httpListener } from '../../../../gateway/transport/http/listener.ts';
import type { Front } from '../../../../gateway/transport/types.ts';

/** A front that should not be reached. */
function watchful() {
	const reached: string[] = [];
	const front: Front = {
		async frame(_caller, _session, frame, exchange) {
			reached.push(frame.bytes.toString());
			await exchange.end(Buffer.from('{}'));
		},
		admit: async () => undefined,
		attach: async () => ({ status: 403, code: 'ERR_TEST', message: 'no' }),
		async listen(_caller, _session, _last, exchange) {
			reached.push('listen');
			await exchange.end();
		},
		async end() {
			reached.push('end');
			return { status: 200 };
		},
	};
	return { front, reached };
}

/** What comes back for these bytes, up to the end of the connection or of the first answer. */
function raw(port: number, bytes: Buffer): Promise<string> {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
		let text = '';
		socket.on('data', (chunk) => {
			text += chunk;
			const head = text.indexOf('\r\n\r\n');
			const length = /content-length: (\d+)/i.exec(text)?.[1];
			const body = bytes.toString('latin1').startsWith('HEAD') ? 0 : Number(length);
			if (head >= 0 && length !== undefined && text.length >= head + 4 + body) socket.destroy();
		});
		socket.on('error', () => {});
		socket.on('close', () => resolve(text));
	});
}

const frame = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const limits = { frame: 1000, slowReader: 1000 };

async function serving(t: Test, run: (listener: HttpListener, reached: string[]) => Promise<void>) {
	const { front, reached } = watchful();
	const listener = await httpListener(front, {
		host: '127.0.0.1',
		port: 0,
		limits,
		publicUrl: 'https://mcp.example.com',
		allowedOrigins: ['https://pages.example.com'],
	});
	t.teardown(() => listener.close(0));
	await run(listener, reached);
}

interface Parts {
	readonly method?: string;
	readonly path?: string;
	readonly host?: string;
	readonly headers?: readonly string[];
	readonly without?: string;
	readonly body?: string | Buffer;
	readonly length?: string;
}

function request(port: number, parts: Parts): Buffer {
	const body = Buffer.from(parts.body ?? frame);
	const lines = [
		`${parts.method ?? 'POST'} ${parts.path ?? '/mcp/test'} HTTP/1.1`,
		`Host: ${parts.host ?? `127.0.0.1:${port}`}`,
		'Content-Type: application/json',
		'Accept: application/json, text/event-stream',
		`Content-Length: ${parts.length ?? body.length}`,
	].filter((line) => parts.without === undefined || !line.startsWith(parts.without));
	return Buffer.concat([Buffer.from(`${[...lines, ...(parts.headers ?? [])].join('\r\n')}\r\n\r\n`), body]);
}

t.test('what is refused, and as what', (t) =>
	serving(t, async ({ port }, reached) => {
		const cases: [string, Parts, number, string?][] = [
			['two Host', { headers: ['Host: evil.example.com'] }, 400, 'ERR_HEADER_REPEATED'],
			['two Content-Type', { headers: ['Content-Type: text/plain'] }, 400, 'ERR_HEADER_REPEATED'],
			['two Mcp-Session-Id', { headers: ['Mcp-Session-Id: a', 'mcp-session-id: b'] }, 400, 'ERR_HEADER_REPEATED'],
			['two Mcp-Anything', { headers: ['Mcp-Name: a', 'Mcp-Name: a'] }, 400, 'ERR_HEADER_REPEATED'],
			[
				'two Authorization',
				{ headers: ['Authorization: Bearer a', 'authorization: Bearer b'] },
				400,
				'ERR_HEADER_REPEATED',
			],
			[
				'two Origin',
				{ headers: ['Origin: https://pages.example.com', 'Origin: http://evil'] },
				400,
				'ERR_HEADER_REPEATED',
			],
			['two Content-Length', { headers: ['Content-Length: 3'] }, 400],
			['Content-Length and chunked', { headers: ['Transfer-Encoding: chunked'] }, 400],
			['negative Content-Length', { length: '-1' }, 400],
			['no Host', { without: 'Host' }, 400],
			['not Bearer', { headers: ['Authorization: Basic YTpi'] }, 401, 'ERR_AUTHORIZATION_MALFORMED'],
			['text/plain', { without: 'Content-Type', headers: ['Content-Type: text/plain'] }, 415, 'ERR_MEDIA_TYPE'],
			['no type', { without: 'Content-Type' }, 415, 'ERR_MEDIA_TYPE'],
			['looks like JSON', { without: 'Content-Type', headers: ['Content-Type: text/plain; application/json'] }, 415],
			[
				'another charset',
				{ without: 'Content-Type', headers: ['Content-Type: application/json; charset=utf-16'] },
				415,
			],
			['gzip', { headers: ['Content-Encoding: gzip'], body: gzipSync(frame) }, 415, 'ERR_CONTENT_ENCODING'],
			['JSON alone', { without: 'Accept', headers: ['Accept: application/json'] }, 406, 'ERR_NOT_ACCEPTABLE'],
			['anything', { without: 'Accept', headers: ['Accept: */*'] }, 406],
			['weight of nought', { without: 'Accept', headers: ['Accept: application/json, text/event-stream;q=0'] }, 406],
			[
				'unknown revision',
				{ method: 'GET', headers: ['MCP-Protocol-Version: 1999-01-01'] },
				400,
				'ERR_PROTOCOL_VERSION',
			],
			['GET, modern', { method: 'GET', headers: ['MCP-Protocol-Version: 2026-07-28'] }, 405, 'ERR_HTTP_METHOD'],
			['DELETE, modern', { method: 'DELETE', headers: ['MCP-Protocol-Version: 2026-07-28'] }, 405, 'ERR_HTTP_METHOD'],
			['too large', { body: 'x'.repeat(1001) }, 413, 'ERR_FRAME_TOO_LARGE'],
			['another path', { path: '/mcp' }, 404, 'ERR_PATH_UNKNOWN'],
			['path upwards', { path: '/mcp/../admin' }, 404],
			['PUT', { method: 'PUT' }, 405, 'ERR_HTTP_METHOD'],
			['OPTIONS', { method: 'OPTIONS' }, 405],
		];
		for (const [name, parts, status, code] of cases) {
			const answer = await raw(port, request(port, parts));
			t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), name);
			if (code === undefined) continue;
			const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
			t.match(body, { jsonrpc: '2.0', id: null, error: { data: { code } } }, `${name}: the body says why`);
		}
		t.same(reached, []);
	}),
);

t.test('a body that does not say its length is cut off at the limit', (t) =>
	serving(t, async ({ port }, reached) => {
		const chunked = request(port, { without: 'Content-Length', headers: ['Transfer-Encoding: chunked'], body: '' });
		const chunk = `258\r\n${'x'.repeat(600)}\r\n`;
		t.match(await raw(port, Buffer.concat([chunked, Buffer.from(chunk + chunk)])), /^HTTP\/1\.1 413 /);
		t.same(reached, []);
	}),
);

t.test('Host and Origin are checked on every method, and the body is not waited for', (t) =>
	serving(t, async ({ port }, reached) => {
		const evil: Parts[] = [
			{ host: 'evil.example.com' },
			{ host: `evil.example.com:${port}` },
			{ host: '127.0.0.1.evil.example.com' },
			{ host: '127.0.0.1@evil.example.com' },
			{ headers: ['Origin: http://evil.example.com'] },
			{ headers: ['Origin: null'] },
			{ headers: ['Origin: http://127.0.0.1'] },
			{ headers: ['Origin: http://localhost:1'] },
			{ headers: ['Origin: https://pages.example.com.evil.com'] },
		];
		for (const method of ['POST', 'GET', 'DELETE', 'PUT', 'OPTIONS', 'HEAD'])
			for (const parts of evil) {
				// The announced body never comes.
				const answer = await raw(port, request(port, { ...parts, method, body: '', length: '500' }));
				t.match(answer, /^HTTP\/1\.1 403 /, `${method} ${parts.host ?? parts.headers}`);
			}
		t.same(reached, []);
	}),
);

t.test('an upgrade is checked alike', (t) =>
	serving(t, async (listener, reached) => {
		listener.onUpgrade('ws', ({ socket }) => {
			reached.push('upgrade');
			socket.destroy();
		});
		const upgrade = ['Upgrade: websocket', 'Connection: Upgrade'];
		const ask = (parts: Parts) =>
			raw(listener.port, request(listener.port, { method: 'GET', path: '/ws/test', body: '', ...parts }));
		t.match(await ask({ headers: upgrade, host: 'evil.example.com' }), /^HTTP\/1\.1 403 /);
		t.match(await ask({ headers: [...upgrade, 'Origin: http://evil.example.com'] }), /^HTTP\/1\.1 403 /);
		t.match(await ask({ headers: upgrade, path: '/other/test' }), /^HTTP\/1\.1 404 /);
		t.same(reached, []);
		await ask({ headers: upgrade });
		t.same(reached, ['upgrade']);
	}),
);

t.test('who may call', (t) =>
	serving(t, async ({ port }, reached) => {
		const good: Parts[] = [
			{},
			{ host: `localhost:${port}` },
			{ host: `LOCALHOST:${port}` },
			{ host: '[::1]:99' },
			{ host: 'mcp.example.com' },
			{ headers: [`Origin: http://127.0.0.1:${port}`] },
			{ headers: ['Origin: https://mcp.example.com'] },
			{ headers: ['Origin: https://pages.example.com'] },
			{ headers: ['MCP-Protocol-Version: 2025-06-18'] },
			{ without: 'Content-Type', headers: ['Content-Type: application/json; charset=UTF-8'] },
			{ without: 'Accept', headers: ['Accept: text/event-stream;q=0.5, application/json'] },
		];
		for (const parts of good) t.match(await raw(port, request(port, parts)), /^HTTP\/1\.1 200 /, JSON.stringify(parts));
		t.equal(reached.length, good.length);
	}),
);

t.test('the token is told apart from the headers, and no credential is among them', async (t) => {
	const seen: object[] = [];
	const { front } = watchful();
	const listener = await httpListener(
		{
			...front,
			async frame(caller, session, _frame, exchange) {
				seen.push({ token: caller.token, session, names: Object.keys(caller.headers).sort() });
				await exchange.end();
			},
		},
		{ host: '127.0.0.1', port: 0, limits },
	);
	const headers = [
		'Authorization: bearer s3cr3t',
		'Cookie: a=b',
		'Proxy-Authorization: x',
		'DPoP: y',
		'Mcp-Session-Id: s1',
	];
	await raw(listener.port, request(listener.port, { headers }));
	t.same(seen, [
		{
			token: 's3cr3t',
			session: 's1',
			names: ['accept', 'content-length', 'content-type', 'host', 'mcp-session-id'],
		},
	]);
	await listener.close(0);
});

t.test('an address that is taken', async (t) => {
	const { front } = watchful();
	const first = await httpListener(front, { host: '127.0.0.1', port: 0, limits });
	await t.rejects(httpListener(front, { host: '127.0.0.1', port: first.port, limits }), { code: 'ERR_LISTEN' });
	await first.close(0);
});

t.test('another protocol that a client offers on the side is passed over', async (t) => {
	const { front, reached } = watchful();
	const listener = await httpListener(front, { host: '127.0.0.1', port: 0, limits });
	listener.onUpgrade('ws', ({ socket }) => void socket.destroy());
	const headers = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk'];
	t.match(await raw(listener.port, request(listener.port, { headers })), /^HTTP\/1\.1 200 /);
	t.equal(reached.length, 1);
	await listener.close(0);
});
