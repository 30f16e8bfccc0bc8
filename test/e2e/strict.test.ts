import { connect } from 'node:net';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient, say } from './support/raw-client.ts';
import { rawServer } from './support/raw-server.ts';
import { exported } from './support/recorded.ts';
import { SocketClient } from './support/socket-client.ts';
import { Lines, stdioServer } from './support/stdio-server.ts';

const RESULT = {
	protocolVersion: '2025-11-25',
	capabilities: { tools: {} },
	serverInfo: { name: 'raw', version: '1' },
};
const call = (id: number | string, name: string) =>
	JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } });

t.test('at the limit of requests in flight, an answer that the server waits for still gets through', async (t) => {
	const waiting: { id: unknown; say(line: object): void }[] = [];
	const server = await stdioServer((pipe) => {
		const lines = new Lines();
		const write = (json: object) => void pipe.write(`${JSON.stringify(json)}\n`);
		pipe.on('data', (chunk) => {
			for (const { line } of lines.push(chunk)) {
				const { id, method } = JSON.parse(line) as { id?: unknown; method?: string };
				if (method === 'initialize') write({ jsonrpc: '2.0', id, result: RESULT });
				else if (method === 'tools/call') {
					waiting.push({ id, say: write });
					// Only when the client can ask no more does the server ask it.
					if (waiting.length === 4) write({ jsonrpc: '2.0', id: 'q', method: 'roots/list' });
				} else if (id === 'q') for (const one of waiting.splice(0)) write({ jsonrpc: '2.0', id: one.id, result: {} });
			}
		});
	});
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { stdio: server.stdio } }, more: { limits: { inFlight: 4 } } });

	const socket = await SocketClient.open(`${house.url.replace('http', 'ws')}/ws/raw`);
	await socket.begin();
	for (const id of [1, 2, 3, 4, 5]) await socket.post(call(id, 'x'));
	const got = [String(await socket.event().then((e) => e?.data)), String(await socket.event().then((e) => e?.data))];
	t.ok(
		got.some((text) => text.includes('ERR_LIMIT_IN_FLIGHT')),
		'the fifth is refused',
		{ got },
	);
	t.ok(
		got.some((text) => text.includes('roots/list')),
		'the server asks',
		{ got },
	);
	await socket.post('{"jsonrpc":"2.0","id":"q","result":{"roots":[]}}');
	const answers = new Set<number>();
	while (answers.size < 4) answers.add(JSON.parse(String((await socket.event())?.data)).id);
	t.strictSame([...answers].sort(), [1, 2, 3, 4]);
	await socket.close();

	// The same over HTTP, all of it on one connection that is used again for the answer.
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	const stream = await client.listen();
	const calls = [1, 2, 3, 4].map((id) => client.ask(call(id, 'x')));
	const asked = Promise.race([stream.event(), Promise.all(calls)]);
	void asked;
	while (waiting.length < 4) await new Promise((resolve) => setImmediate(resolve));
	t.match(JSON.parse(String(await client.ask(call(5, 'x')))), {
		id: 5,
		error: { data: { code: 'ERR_LIMIT_IN_FLIGHT' } },
	});
	t.equal((await client.post('{"jsonrpc":"2.0","id":"q","result":{"roots":[]}}')).status, 202);
	const all = (await Promise.all(calls)).map((bytes) => JSON.parse(String(bytes)).id as number);
	t.strictSame(all.sort(), [1, 2, 3, 4]);
	stream.leave();
});

t.test('credentials stay on their side', async (t) => {
	const seen: string[] = [];
	const server = await rawServer((asked) => {
		seen.push(JSON.stringify([asked.path, asked.headers, asked.body]));
		if (asked.method !== 'POST') return asked.status(405);
		const { id, method } = JSON.parse(asked.body) as { id?: unknown; method?: string };
		if (id === undefined || method === undefined) return asked.status(202);
		if (method === 'tools/call') return asked.status(401, { 'www-authenticate': 'Bearer error="UPSTREAM-CHALLENGE"' });
		asked.json(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'initialize' ? RESULT : {} }), {
			'mcp-session-id': 'UPSTREAM-SESSION',
			'set-cookie': 'UPSTREAM-COOKIE=1',
		});
	});
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: { raw: { http: { url: server.url, headers: { authorization: { file: 'up.txt' } } } } },
		files: { 'up.txt': 'Bearer UPSTREAM-SECRET' },
		more: { log: { level: 'debug', format: 'json' } },
	});
	const token = await house.token('alice');
	const client = new RawClient(`${house.url}/mcp/raw`, token);
	const back: string[] = [];
	const more = { cookie: 'INBOUND-COOKIE=1', 'proxy-authorization': 'Basic INBOUND-PROXY', dpop: 'INBOUND-DPOP' };
	await client.begin();
	for (const frame of [call(1, 'x'), '{"jsonrpc":"2.0","id":2,"method":"ping"}', '{']) {
		const answer = await say(
			`${house.url}/mcp/raw`,
			'POST',
			{
				'content-type': 'application/json',
				accept: 'application/json, text/event-stream',
				...client.headers,
				...more,
				'x-api-key': 'INBOUND-KEY',
			},
			frame,
		);
		back.push(JSON.stringify(answer.headers), String(await answer.body()));
	}
	// A ticket, and a socket that is opened with it.
	const made = await say(`${house.url}/ws/raw/ticket`, 'POST', { authorization: `Bearer ${token}` });
	const url = (JSON.parse(String(await made.body())) as { url: string }).url;
	const socket = await SocketClient.open(url);
	await socket.begin();
	back.push(String(await socket.ask(call(3, 'x'))));
	await socket.close();
	// And wrong ones, which end up in refusals.
	await say(
		`${house.url}/mcp/raw`,
		'POST',
		{
			authorization: 'Bearer slc_WRONG-TOKEN',
			'content-type': 'application/json',
			accept: 'application/json, text/event-stream',
		},
		'{}',
	).then((r) => r.body());
	const metrics = String(await (await say(`${house.admin}/metrics`, 'GET', {})).body());
	await house.stop();
	const record = await house.sluice(['sessions', 'export', '--all', '--format', 'session']);
	const ticket = new URL(url).searchParams.get('ticket')!;
	const inbound = [token, ticket, 'INBOUND-COOKIE', 'INBOUND-PROXY', 'INBOUND-DPOP', 'INBOUND-KEY', 'WRONG-TOKEN'];
	for (const secret of inbound) {
		t.notOk(
			seen.some((text) => text.includes(secret)),
			'nothing inbound reaches the server',
			{ secret },
		);
		t.notOk(
			back.some((text) => text.includes(secret)),
			'or an answer',
			{ secret },
		);
	}
	for (const secret of ['UPSTREAM-SECRET', 'UPSTREAM-SESSION', 'UPSTREAM-COOKIE', 'UPSTREAM-CHALLENGE'])
		t.notOk(
			back.some((text) => text.includes(secret)),
			'nothing of the server’s credentials comes back',
			{ secret },
		);
	t.ok(
		seen.every((text) => text.includes('UPSTREAM-SECRET')),
		'which are sent with everything',
	);
	t.notOk(
		seen.some((text) => text.includes(client.session!)),
		'and the session id is ours alone',
	);
	for (const secret of [...inbound, 'UPSTREAM-SECRET', 'UPSTREAM-SESSION', 'UPSTREAM-COOKIE']) {
		t.notOk(house.said.includes(secret), 'the log has none', { secret });
		t.notOk(record.includes(secret), 'nor the record', { secret });
		t.notOk(metrics.includes(secret), 'nor the metrics', { secret });
	}
	t.notOk(metrics.includes(client.session!), 'metrics have no session ids');
});

t.test('clients that leave in every state: one outcome each, and nothing stays open', async (t) => {
	const asked = new Map<string, number>();
	const answers: (() => void)[] = [];
	const server = await rawServer((one) => {
		if (one.method !== 'POST') return one.status(405);
		const { id, method, params } = JSON.parse(one.body) as { id?: string; method?: string; params?: { name: string } };
		if (id === undefined || method === undefined) return one.status(202);
		if (method !== 'tools/call')
			return one.json(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'initialize' ? RESULT : {} }));
		asked.set(id, (asked.get(id) ?? 0) + 1);
		if (params?.name === 'streams') {
			const stream = one.stream();
			stream.write(': begun\n\n');
			answers.push(() => {
				stream.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n\n`);
				stream.end();
			});
		} else answers.push(() => one.json(JSON.stringify({ jsonrpc: '2.0', id, result: {} })));
	});
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: { raw: { http: { url: server.url } } },
		more: { limits: { inFlight: 64 } },
	});
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	const meta =
		'"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}';
	const post = (body: string, headers: Readonly<Record<string, string>>) => {
		const { hostname, port, host } = new URL(house.url);
		const socket = connect(Number(port), hostname);
		socket.on('error', () => {});
		const all = {
			host,
			'content-type': 'application/json',
			accept: 'application/json, text/event-stream',
			'content-length': String(body.length),
			...headers,
		};
		const head = Object.entries(all)
			.map(([name, value]) => `${name}: ${value}\r\n`)
			.join('');
		socket.write(`POST /mcp/raw HTTP/1.1\r\n${head}\r\n${body}`);
		return socket;
	};
	const ROUNDS = 120;
	for (let n = 0; n < ROUNDS; n++) {
		const modern = n % 2 === 0;
		const id = `r${n}`;
		const name = n % 4 < 2 ? 'streams' : 'waits';
		const body = modern
			? `{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"${name}","arguments":{},${meta}}}`
			: `{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"${name}","arguments":{}}}`;
		const socket = post(
			body,
			modern ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name } : client.headers,
		);
		// Gone at once, in the middle of it, or when the server has it.
		if (n % 3 === 1) await new Promise((resolve) => setImmediate(resolve));
		if (n % 3 === 2) while (!asked.has(id)) await new Promise((resolve) => setImmediate(resolve));
		socket.destroy();
		if (n % 16 === 15) for (const answer of answers.splice(0)) answer();
	}
	for (const answer of answers.splice(0)) answer();
	// The limit is 64: were those that left still counted, this would be refused.
	const deadline = Array.from({ length: 60 }, (_, n) => client.ask(`{"jsonrpc":"2.0","id":"p${n}","method":"ping"}`));
	for (const answer of await Promise.all(deadline)) t.match(JSON.parse(String(answer)), { result: {} });
	t.ok(
		[...asked.values()].every((count) => count === 1),
		'the server saw each at most once',
	);
	await house.stop();
	t.notMatch(house.said, /ERR_INTERNAL|unhandled/i);
	let leftOver = 0;
	for (const { lines } of await exported(house)) {
		for (const line of lines.filter((one) => one.from === 'client' && one.text?.includes('tools/call'))) {
			const of = lines.filter((one) => one.answers === line.seq || one.of === line.seq);
			const ends = of.filter(
				(one) => one.event === 'cancelled' || one.event === 'undelivered' || one.from !== undefined,
			);
			if (ends.length === 0) leftOver++;
		}
	}
	t.equal(leftOver, 0, 'the record says of each what became of it');
});
