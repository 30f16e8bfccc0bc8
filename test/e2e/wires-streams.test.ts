import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient } from './support/raw-client.ts';
import { type Asked, rawServer } from './support/raw-server.ts';
import { exported, wiresOf } from './support/recorded.ts';
import { SocketClient } from './support/socket-client.ts';
import { Lines, stdioServer } from './support/stdio-server.ts';

const call = (id: number) =>
	`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"work","arguments":{}}}`;
const result = (id: number) => `{"jsonrpc":"2.0","id":${id},"result":{"content":[]}}`;
const note = (n: number) => `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":${n}}}`;
const sampling = '{"jsonrpc":"2.0","id":"q1","method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}}';
const sampled =
	'{"jsonrpc":"2.0","id":"q1","result":{"model":"m","role":"assistant","content":{"type":"text","text":"a"}}}';
const elicitation =
	'{"jsonrpc":"2.0","id":2,"method":"elicitation/create","params":{"message":"?","requestedSchema":{}}}';
const accepted = '{"jsonrpc":"2.0","id":2,"result":{"action":"accept","content":{}}}';
const begun = '{"jsonrpc":"2.0","id":"begin","result":{"protocolVersion":"2025-11-25","capabilities":{}}}';

/** A server whose handshake is done; what is left is for `serve`. */
const served = (serve: (asked: Asked) => void) =>
	rawServer((asked) => {
		if (asked.body.includes('"initialize"')) asked.json(begun, { 'mcp-session-id': 'up-1' });
		else if (asked.body.includes('notifications/initialized')) asked.status(202);
		else serve(asked);
	});

/** Resolves from outside. */
function promised<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
	const { promise, resolve } = Promise.withResolvers<T>();
	return { promise, resolve };
}

t.test('an event is with the client before the server has sent the next one', async (t) => {
	const streams = promised<ReturnType<Asked['stream']>>();
	const server = await served((asked) => streams.resolve(asked.stream()));
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	const answer = client.post(call(1));
	const stream = await streams.promise;
	for (const n of [1, 2, 3]) {
		stream.write(`data: ${note(n)}\n\n`, note(n));
		t.equal(
			(await (await answer).event())?.data?.toString(),
			note(n),
			`event ${n}, while the server holds the rest back`,
		);
	}
	stream.write(`data: ${result(1)}\n\n`, result(1));
	stream.end();
	t.equal((await (await answer).event())?.data?.toString(), result(1));
});

t.test('an answer that is all of its stream is an event too, with its id and retry', async (t) => {
	const server = await served((asked) => {
		const stream = asked.stream();
		stream.write(`id: only-1\nretry: 7\ndata: ${result(1)}\n\n`, result(1));
		stream.end();
	});
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	const answer = await client.post(call(1));
	t.equal(answer.headers['content-type'], 'text/event-stream');
	t.match(await answer.event(), { id: 'only-1', retry: '7', data: Buffer.from(result(1)) });
	t.equal(await answer.event(), undefined);
});

for (const kind of ['http', 'stdio'] as const) {
	for (const way of ['POST', 'WebSocket'] as const) {
		t.test(`the server asks in the middle of a call: ${kind} upstream, ${way} client`, async (t) => {
			const server = kind === 'http' ? await askingHttp() : await askingStdio();
			t.teardown(() => server.close());
			const house = await gateway(t, { servers: { raw: server.config } });
			const client =
				way === 'POST'
					? new RawClient(`${house.url}/mcp/raw`)
					: await SocketClient.open(`${house.url.replace('http', 'ws')}/ws/raw`);
			await client.begin();
			const asked = await client.post(call(1));
			t.equal((await asked.event())?.data?.toString(), sampling);
			await client.post(sampled);
			t.equal((await asked.event())?.data?.toString(), elicitation);
			await client.post(accepted);
			t.equal((await asked.event())?.data?.toString(), result(1));
			t.strictSame(server.got.slice(-3), [call(1), sampled, accepted]);
			const [recorded] = await exported(house);
			const wires = wiresOf(recorded!);
			t.strictSame(wires.clientSent, client.sent);
			t.strictSame(wires.clientGot, client.got);
			t.strictSame(wires.serverGot, server.got);
		});
	}
}

/** Asks twice before it answers a call, each time waiting for what the client says. */
async function askingHttp() {
	let stream: ReturnType<Asked['stream']> | undefined;
	const server = await served((asked) => {
		if (asked.body === '') return asked.status(405);
		if (asked.body === call(1)) {
			stream = asked.stream();
			stream.write(`data: ${sampling}\n\n`, sampling);
			return;
		}
		asked.status(202);
		if (asked.body === sampled) stream!.write(`data: ${elicitation}\n\n`, elicitation);
		if (asked.body !== accepted) return;
		stream!.write(`data: ${result(1)}\n\n`, result(1));
		stream!.end();
	});
	return { got: server.got, close: server.close, config: { http: { url: server.url } } };
}

async function askingStdio() {
	const got: string[] = [];
	const next: Record<string, string> = { [call(1)]: sampling, [sampled]: elicitation, [accepted]: result(1) };
	const upstream = await stdioServer((pipe) => {
		const lines = new Lines();
		pipe.on('data', (chunk: Buffer) => {
			for (const { line } of lines.push(chunk)) {
				got.push(line);
				const says = line.includes('"initialize"') ? begun : next[line];
				if (says !== undefined) pipe.write(`${says}\n`);
			}
		});
	});
	return { got, close: upstream.close, config: { stdio: upstream.stdio } };
}

t.test(
	'the stand-alone stream carries notifications and requests; DELETE ends the session on both sides',
	async (t) => {
		const streams = promised<Asked & ReturnType<Asked['stream']>>();
		const deleted = promised<Asked>();
		const server = await served((asked) => {
			if (asked.method === 'GET') return streams.resolve({ ...asked, ...asked.stream() });
			if (asked.method === 'DELETE') deleted.resolve(asked);
			asked.status(asked.method === 'DELETE' ? 200 : 202);
		});
		t.teardown(() => server.close());
		const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
		const client = new RawClient(`${house.url}/mcp/raw`);
		await client.begin();
		const listening = client.listen();
		const stream = await streams.promise;
		t.match(stream.headers, {
			'mcp-session-id': 'up-1',
			'mcp-protocol-version': '2025-11-25',
			accept: 'text/event-stream',
		});
		stream.write(`id: g-1\ndata: ${note(1)}\n\n`, note(1));
		const heard = await listening;
		t.match(await heard.event(), { id: 'g-1', data: Buffer.from(note(1)) });
		stream.write(`data: ${sampling}\n\n`, sampling);
		t.equal((await heard.event())?.data?.toString(), sampling);
		t.equal((await client.post(sampled)).status, 202);
		t.equal(server.got.at(-1), sampled);

		t.equal((await client.end()).status, 200);
		t.equal((await deleted.promise).headers['mcp-session-id'], 'up-1');
		t.equal(await heard.event(), undefined, 'its stream ends with it');
		t.match(await client.post(call(1)), { status: 404 });
		const [recorded] = await exported(house);
		t.strictSame(
			wiresOf(recorded!).clientGot,
			client.got.filter((frame) => !frame.includes('ERR_SESSION')),
		);
		t.equal(recorded!.lines.at(-1)?.event, 'closed');
	},
);

t.test('a client that leaves has not cancelled, and comes back with Last-Event-ID', async (t) => {
	const calls = promised<ReturnType<Asked['stream']>>();
	const resumed = promised<Asked & ReturnType<Asked['stream']>>();
	const server = await served((asked) => {
		if (asked.body === call(1)) return calls.resolve(asked.stream());
		if (asked.method === 'GET') return resumed.resolve({ ...asked, ...asked.stream() });
		asked.json(asked.body.replace('"method":"ping"', '"result":{}'));
	});
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	const answer = client.post(call(1));
	const stream = await calls.promise;
	let cut = false;
	void stream.gone.then(() => {
		cut = true;
	});
	stream.write('id: s-1\ndata: \n\n');
	t.match(await (await answer).event(), { id: 's-1' });
	(await answer).leave();
	// A round trip later the gateway has seen that.
	await client.ask('{"jsonrpc":"2.0","id":2,"method":"ping"}');
	t.notOk(cut, 'the server is still listened to');
	t.notOk(server.got.some((frame) => frame.includes('cancelled')));

	const back = client.listen('s-1');
	const again = await resumed.promise;
	t.equal(again.headers['last-event-id'], 's-1');
	await stream.gone;
	again.write(`id: s-2\ndata: ${note(1)}\n\nid: s-3\ndata: ${result(1)}\n\n`, note(1), result(1));
	again.end();
	t.match(await (await back).event(), { id: 's-2', data: Buffer.from(note(1)) });
	t.match(await (await back).event(), { id: 's-3', data: Buffer.from(result(1)) });
	t.equal(await (await back).event(), undefined);
	const [recorded] = await exported(house);
	t.strictSame(wiresOf(recorded!).clientGot, client.got);
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});

t.test('an answer to a client that left is recorded as undelivered', async (t) => {
	const calls = promised<Asked>();
	const server = await served((asked) => {
		if (asked.body === call(1)) return calls.resolve(asked);
		asked.json(asked.body.replace('"method":"ping"', '"result":{}'));
	});
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	const left = new RawClient(`${house.url}/mcp/raw`);
	Object.assign(left, { session: client.session, protocol: client.protocol });
	const leaving = left.open(call(1));
	const asked = await calls.promise;
	leaving.destroy();
	await client.ask('{"jsonrpc":"2.0","id":2,"method":"ping"}');
	asked.json(result(1));
	await client.ask('{"jsonrpc":"2.0","id":3,"method":"ping"}');
	await house.stop();
	const [recorded] = await exported(house);
	const answer = recorded!.lines.find(({ text }) => text === result(1));
	t.ok(recorded!.lines.some(({ event, of }) => event === 'undelivered' && of === answer?.seq));
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});

t.test('a stream that ends without the answer: the client is told', async (t) => {
	const server = await served((asked) => {
		if (asked.body !== call(1)) return asked.status(202);
		const stream = asked.stream();
		stream.write(`data: ${note(1)}\n\n`, note(1));
		stream.end();
	});
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	t.match(JSON.parse((await client.ask(call(1))).toString()), { id: 1, result: { isError: true } });
	t.match(
		JSON.parse((await client.ask(call(3))).toString()),
		{ id: 3, result: { isError: true } },
		'a 202 is no answer',
	);
	const [recorded] = await exported(house);
	t.strictSame(wiresOf(recorded!).clientGot, client.got);
});

t.test('a call to a child process that is cancelled ends, and so does its response', async (t) => {
	const called = promised<void>();
	const got: string[] = [];
	const upstream = await stdioServer((pipe) => {
		const lines = new Lines();
		pipe.on('data', (chunk: Buffer) => {
			for (const { line } of lines.push(chunk)) {
				got.push(line);
				if (line.includes('"initialize"')) pipe.write(`${begun}\n`);
				else if (line === call(1)) called.resolve();
				else if (line === call(3)) pipe.write(`${result(3)}\n`);
			}
		});
	});
	t.teardown(() => upstream.close());
	const house = await gateway(t, { servers: { raw: { stdio: upstream.stdio } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	const answer = client.post(call(1));
	await called.promise;
	const cancel = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}';
	t.equal((await client.post(cancel)).status, 202);
	t.equal((await (await answer).body()).length, 0);
	t.equal((await client.ask(call(3))).toString(), result(3));
	t.same(got.slice(-2), [cancel, call(3)]);
});
