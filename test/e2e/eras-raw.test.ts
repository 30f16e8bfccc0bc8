import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { envelope, headersOf, modernCall, modernRequest } from '../fixtures/modern.ts';
import { gateway } from './support/gateway.ts';
import { say } from './support/raw-client.ts';
import { type Asked, rawServer } from './support/raw-server.ts';
import { exported } from './support/recorded.ts';

// Requests from 2026-07-28 on, byte for byte: no client library, no server library.

const JSON_TYPES = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const complete = (id: number | string, more: object = {}) =>
	JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', content: [], ...more } });
const error = (id: number, code: number, data?: object) =>
	JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: 'no', ...(data && { data }) } });

let answer: (asked: Asked) => void = () => {};
const server = await rawServer((asked) => answer(asked));
t.teardown(() => server.close());
const gate = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
const url = `${gate.url}/mcp/raw`;

const post = (frame: object, headers: Record<string, string> = {}) =>
	say(url, 'POST', { ...JSON_TYPES, ...headersOf(frame), ...headers }, JSON.stringify(frame));
const ask = async (frame: object, headers: Record<string, string> = {}) => {
	const { status, body } = await post(frame, headers);
	const text = (await body()).toString();
	return { status, text, json: text === '' ? undefined : JSON.parse(text) };
};

t.test('headers and body go on as they are, without a session and without credentials', async (t) => {
	const seen: Asked[] = [];
	answer = (asked) => {
		seen.push(asked);
		// A session id that a server mints has no meaning in this era.
		asked.json(complete(1), { 'mcp-session-id': 'minted' });
	};
	const before = server.got.length;
	const frame = modernCall(1, 'work', { region: 'eu' });
	const name = `=?base64?${Buffer.from('work').toString('base64')}?=`;
	const headers = { 'mcp-name': name, 'mcp-param-region': ' eu ', 'mcp-session-id': 'mine', cookie: 'a=b' };
	const first = await ask(frame, headers);
	t.equal(first.status, 200);
	t.equal(first.text, complete(1));
	await ask(frame, headers);
	t.equal(server.got[before], Buffer.from(JSON.stringify(frame)).toString('latin1'));
	for (const asked of seen) {
		t.match(asked.headers, {
			'mcp-protocol-version': '2026-07-28',
			'mcp-method': 'tools/call',
			'mcp-name': 'work',
			'mcp-param-region': 'eu',
		});
		t.equal(asked.headers['mcp-session-id'], undefined);
		t.equal(asked.headers.cookie, undefined);
	}
});

t.test('what headers and body must be: the gateway says no in the words of the specification', async (t) => {
	answer = (asked) => asked.json(complete(1));
	const before = server.got.length;
	const frame = modernCall(1, 'a');
	const cases: [string, Awaited<ReturnType<typeof ask>>, number, number][] = [
		['method', await ask(frame, { 'mcp-method': 'tools/list' }), 400, -32020],
		['name', await ask(frame, { 'mcp-name': 'b' }), 400, -32020],
		['revision', await ask(frame, { 'mcp-protocol-version': '2025-11-25' }), 400, -32020],
		['unknown revision in the header', await ask(frame, { 'mcp-protocol-version': '1999-01-01' }), 400, -32020],
	];
	const half = modernRequest(1, 'server/discover');
	delete (half as { params: { _meta: Record<string, unknown> } }).params._meta[
		'io.modelcontextprotocol/clientCapabilities'
	];
	cases.push(['no capabilities', await ask(half), 400, -32602]);
	const bare = { jsonrpc: '2.0', id: 1, method: 'server/discover' };
	cases.push(['no envelope', await ask(bare), 400, -32602]);
	const later = modernRequest(1, 'server/discover', {}, { 'io.modelcontextprotocol/protocolVersion': '2027-01-01' });
	const unknown = await ask(later, { 'mcp-protocol-version': '2027-01-01' });
	cases.push(['later revision', unknown, 400, -32022]);
	for (const [what, { status, json }, wanted, code] of cases) {
		t.equal(status, wanted, what);
		t.match(json, { id: 1, error: { code } }, what);
	}
	t.match(unknown.json.error.data, { requested: '2027-01-01', supported: ['2026-07-28'] });
	t.match(await ask({ jsonrpc: '2.0', id: 1, result: {} }, { 'mcp-protocol-version': '2026-07-28' }), { status: 400 });
	for (const method of ['GET', 'DELETE']) {
		const refused = await say(url, method, { accept: 'text/event-stream', 'mcp-protocol-version': '2026-07-28' });
		t.equal(refused.status, 405);
		t.equal(refused.headers['allow'], 'POST');
	}
	t.equal(server.got.length, before, 'the server sees none of it');
});

t.test('a refusal of the server is relayed under its own status', async (t) => {
	const answers = new Map([
		['mismatch', [400, error(1, -32020)]],
		['capability', [400, error(1, -32021, { requiredCapabilities: { sampling: {} } })]],
		['revision', [400, error(1, -32022, { supported: ['2026-07-28'], requested: '2026-07-28' })]],
		['method', [404, error(1, -32601)]],
		[
			'legacy',
			[400, JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message: 'not initialized' }, id: null })],
		],
		['empty', [404, '']],
		['forbidden', [403, error(1, -32000)]],
	] as [string, [number, string]][]);
	answer = (asked) => {
		const [status, body] = answers.get(String(asked.headers['mcp-name']))!;
		asked.reply(status, body);
	};
	for (const name of ['mismatch', 'capability', 'revision', 'method', 'legacy']) {
		const [status, text] = answers.get(name)!;
		t.match(await ask(modernCall(1, name)), { status, text }, name);
	}
	t.match(await ask(modernCall(1, 'empty')), { status: 404, json: { id: 1, result: { isError: true } } });
	t.match(await ask(modernCall(1, 'forbidden')), { status: 502 });
});

t.test('whoever leaves cancels: the server finds the exchange closed', async (t) => {
	let gone: Promise<void> | undefined;
	answer = (asked) => {
		const stream = asked.stream();
		stream.write(
			'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":7,"progress":1}}\n\n',
		);
		gone = stream.gone;
	};
	const before = server.got.length;
	const response = await post(modernCall(1, 'slow', {}, { progressToken: 7 }));
	t.match(JSON.parse(String((await response.event())?.data)), { method: 'notifications/progress' });
	response.leave();
	await gone;
	t.equal(server.got.length, before + 1, 'and hears nothing else');
});

t.test('a held or streaming request delays nobody on the same connection', async (t) => {
	answer = (asked) => {
		if (asked.headers['mcp-name'] === 'slow') asked.stream();
		else asked.json(complete(JSON.parse(asked.body).id));
	};
	// Pipelined over one socket, HTTP/1.1 answers in order: so a second connection is what clients use. What must not happen
	// is that requests on the first one wait for a stream on another.
	const slow = say(
		url,
		'POST',
		{ ...JSON_TYPES, ...headersOf(modernCall(1, 'slow')) },
		JSON.stringify(modernCall(1, 'slow')),
	);
	const { hostname, port, pathname } = new URL(url);
	const socket = connect(Number(port), hostname);
	let got = '';
	socket.on('data', (chunk) => {
		got += chunk.toString('latin1');
	});
	const count = () => got.split('HTTP/1.1 200').length - 1;
	for (const id of [1, 1, 2]) {
		const frame = modernCall(id, 'quick');
		const body = JSON.stringify(frame);
		const heard = count();
		const headers = {
			host: `${hostname}:${port}`,
			...JSON_TYPES,
			...headersOf(frame),
			'content-length': String(body.length),
		};
		const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
		socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
		while (count() === heard) await once(socket, 'data');
	}
	t.equal(count(), 3);
	socket.destroy();
	(await slow).leave();
});

t.test('an envelope hides behind nothing: spelled with escapes, or in a session of another era', async (t) => {
	answer = (asked) => asked.json(complete(1));
	const before = server.got.length;
	const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: envelope() } });
	const spelled = text.replaceAll('io.modelcontextprotocol/', 'io.modelcontextprotocol\\u002f');
	for (const headers of [{}, { 'mcp-protocol-version': '2025-11-25' }, { 'mcp-session-id': 'x' }]) {
		const { status } = await say(url, 'POST', { ...JSON_TYPES, ...headers }, spelled);
		t.ok(status === 400 || status === 404, `${status}`);
	}
	t.equal(server.got.length, before);
});

t.test('a killed gateway goes on with the session that a request belongs to', async (t) => {
	answer = (asked) => asked.json(complete(JSON.parse(asked.body).id));
	const again = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const call = async (id: number) => {
		const frame = modernCall(id, 'a');
		const headers = { ...JSON_TYPES, ...headersOf(frame) };
		const { status, body } = await say(`${again.url}/mcp/raw`, 'POST', headers, JSON.stringify(frame));
		await body();
		return status;
	};
	t.equal(await call(1), 200);
	await again.restart('SIGKILL');
	t.equal(await call(2), 200);
	const sessions = await exported(again);
	t.equal(sessions.length, 1);
	t.match(
		sessions[0]?.lines.map(({ from, event }) => event ?? from),
		['client', 'server', 'resumed', 'client', 'server'],
	);
});
