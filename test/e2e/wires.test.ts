import t, { type Test } from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient } from './support/raw-client.ts';
import { type Asked, rawServer } from './support/raw-server.ts';
import { exported, type Recorded, wiresOf } from './support/recorded.ts';
import { SocketClient } from './support/socket-client.ts';
import { Lines, stdioServer } from './support/stdio-server.ts';

/** Bytes as the logs of these tests have them. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

/** Received and delivered, both ways, in order, byte for byte. */
function rebuilt(
	t: Test,
	recorded: Recorded | undefined,
	client: { readonly sent: readonly string[]; readonly got: readonly string[] },
	server: { readonly sent: readonly string[]; readonly got: readonly string[] },
): void {
	t.strictSame(wiresOf(recorded!), {
		clientSent: client.sent,
		clientGot: client.got,
		serverSent: server.sent,
		serverGot: server.got,
	});
}

// What strict JSON can look like: white space of all kinds, escapes that need not be, numbers beyond a double.
const initialize =
	'\r\n{\t"jsonrpc" : "2.0",\r\n\t"method":"initi\\u0061lize", "id":9007199254740993,"params":{"protocolVersion":"2025-11-25","capabilities":{"sampling":{}},"clientInfo":{"name":"r\\u00e4w \\ud83d\\ude00 ☃","version":"1"}}}\n';
const initialized = '{ "jsonrpc":"2.0" ,\n"method":"notifications/initialized"}\n\n';
const call = (id: string, name: string, args = '{}') =>
	`{"id":${id},"params":{"name":"${name}","arguments":${args},"_meta":{"progressToken":"p\\u0031"}},"method":"tools/call","jsonrpc":"2.0"}`;
const oddCall = call(
	'"odd\\u002fid"',
	'look',
	'{ "a/b" : [ 1.0, 1e5,-0 ,0.1E-2, 123456789012345678901234567890 ],\r\n\r"e":{}, "é":"\\/ \\u00e9 é 😀 \\ud83d\\ude00 \\u2028  " }',
);
const welcome =
	'{"result":{"serverInfo":{"name":"raw","version":"1"},"capabilities":{"tools":{}},"protocolVersion":"2025-11-25"},"id":9007199254740993,\r\n"jsonrpc":"2.0"}\r\n';
const oddResult = (id: string, text = 'ok') =>
	` {\r\n "jsonrpc":\t"2.0", "id" : ${id} ,"result":{"content":[{"type":"text","text":"${text}"}],"structuredContent":{"n":1.10,"u":"\\u0041"}}}\n`;
const big = `é\\u00e9 ${'lorem ipsum 😀 '.repeat(6_000)}`;
const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const secret = oddResult('"s"', `first ${token} last`);
const masked = oddResult('"s"', 'first [masked:secret/github-token] last');

t.test('Streamable HTTP in and out, bodies and event streams', async (t) => {
	const progress =
		'{"jsonrpc":"2.0","method":"notifications/progress",\n"params":\n{"progressToken":"p\\u0031","progress":1.50}}';
	const sampling =
		'{"jsonrpc":"2.0", "id":"ask\\n1","method":"sampling/createMessage","params":{"maxTokens":1e2,"messages":[]}}';
	const ambiguous = '{"jsonrpc":"2.0","method":"notifications/message","method":"notifications/message"}';
	const streamed = `{"jsonrpc":"2.0","id":"t" , "result":{ "content":[]}}`;
	let answered: (() => void) | undefined;
	const serve = (asked: Asked) => {
		const { body, json, status } = asked;
		if (asked.method !== 'POST') return status(405);
		if (body === latin1(initialize)) return json(welcome, { 'mcp-session-id': 'up-1' });
		if (body === latin1(oddCall)) return json(oddResult('"odd\\u002fid"', big));
		if (body === latin1(call('"s"', 'look'))) return json(secret);
		if (body === latin1(call('"t"', 'talk'))) {
			const stream = asked.stream();
			stream.write(': comments stay here\r\n\r\nid: e-1\r\nretry: 1500\r\ndata:\r\n\r\n');
			stream.write('event: other\ndata: {"not":"a message"}\n\n');
			const [first, second, third] = progress.split('\n');
			stream.write(`unknown: x\r\nid: e-2\r\ndata:${first}\r\ndata: ${second}\r\ndata: ${third}\r\n\r\n`, progress);
			stream.write(`id: e-3\ndata: ${ambiguous}\n\n`, ambiguous);
			stream.write(`event: message\ndata: ${sampling}\nid: e-4\n\n`, sampling);
			answered = () => {
				stream.write(`data: ${streamed}\nid: e-5\n\n`, streamed);
				stream.end();
			};
			return;
		}
		status(202);
		if (body.includes('"model"')) answered!();
	};
	const server = await rawServer(serve);
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = new RawClient(`${house.url}/mcp/raw`);

	t.equal((await client.ask(initialize)).toString(), welcome);
	t.match(client.session, /^[0-9a-f]{32}$/);
	client.protocol = '2025-11-25';
	const noted = await client.post(initialized);
	t.strictSame([noted.status, (await noted.body()).length], [202, 0]);
	t.ok((await client.ask(oddCall)).toString() === oddResult('"odd\\u002fid"', big), 'a big one');
	t.equal((await client.ask(call('"s"', 'look'))).toString(), masked, 'only the masked bytes change');
	t.match(JSON.parse((await client.ask(call('7', 'bash'))).toString()), { id: 7, result: { isError: true } });

	const talk = await client.post(call('"t"', 'talk'));
	t.strictSame(await talk.event(), { id: 'e-1', retry: '1500', data: Buffer.alloc(0) }, 'the priming event');
	t.strictSame(await talk.event(), { event: 'message', id: 'e-2', data: Buffer.from(progress) });
	t.strictSame(await talk.event(), { id: 'e-3', data: Buffer.alloc(0) }, 'withheld, its place in the stream is kept');
	t.strictSame(await talk.event(), { event: 'message', id: 'e-4', data: Buffer.from(sampling) });
	const reply =
		'{"jsonrpc":"2.0","id":"ask\\n1","result":{"model":"m","role":"assistant","content":{"type":"text","text":"42"}}}\n';
	t.equal((await client.post(reply)).status, 202);
	t.strictSame(await talk.event(), { event: 'message', id: 'e-5', data: Buffer.from(streamed) });
	t.equal(await talk.event(), undefined, 'the stream ends with the answer');

	t.strictSame(
		server.got,
		client.sent.filter((frame) => !frame.includes('bash')),
		'the server got what the client sent',
	);
	const [recorded] = await exported(house);
	rebuilt(t, recorded, client, server);
	t.match(
		recorded!.lines.find(({ code }) => code !== undefined),
		{ by: 'gateway', delivered: null },
		'duplicate key',
	);
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});

t.test('a batch of 2025-03-26, answered as an array and as events', async (t) => {
	const both = (id: number) =>
		`[ ${call(String(id), 'look')} ,\n{"jsonrpc":"2.0","method":"notifications/message"},${call(`"${id}"`, 'look')}]`;
	const array = `[${oddResult('"1"')},${oddResult('1')}]`;
	const [one, two] = [oddResult('"2"').trim().replaceAll('\r\n', ' '), oddResult('2').trim().replaceAll('\r\n', '')];
	const server = await rawServer(({ body, json, status, stream }) => {
		if (body.includes('initialize"')) {
			return json(`{"jsonrpc":"2.0","id":"begin","result":{"protocolVersion":"2025-03-26","capabilities":{}}}`);
		}
		if (body === latin1(both(1))) return json(array);
		if (body !== latin1(both(2))) return status(body === '' ? 405 : 202);
		const events = stream();
		events.write(`data: ${one}\n\n`, one);
		events.write(`data: ${two}\n\n`, two);
		events.end();
	});
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin('2025-03-26');
	t.equal((await client.ask(both(1))).toString(), array);
	const streamed = await client.post(both(2));
	t.strictSame((await streamed.event())?.data?.toString(), one);
	t.strictSame((await streamed.event())?.data?.toString(), two);
	t.equal(await streamed.event(), undefined);
	t.strictSame(server.got, client.sent);
	const [recorded] = await exported(house);
	rebuilt(t, recorded, client, server);
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});

t.test('a stdio upstream: lines of either ending, however they are cut', async (t) => {
	const server = { sent: [] as string[], got: [] as string[] };
	const progress = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p1","progress":1}}';
	const elicit = '{"jsonrpc":"2.0","id":0,"method":"elicitation/create","params":{"message":"?","requestedSchema":{}}}';
	const late = oddResult('"t"').trim().replaceAll('\r\n', '');
	const upstream = await stdioServer((pipe) => {
		const lines = new Lines();
		const says = (text: string, ending: string) => {
			server.sent.push(latin1(text));
			return text + ending;
		};
		pipe.on('data', (chunk: Buffer) => {
			for (const { line } of lines.push(chunk)) {
				server.got.push(line);
				if (line.includes('lize"')) pipe.write(says(welcome.replaceAll('\r\n', ' '), '\r\n'));
				else if (line.includes('odd')) {
					const text = Buffer.from(says(oddResult('"odd\\u002fid"', big).trim().replaceAll('\r\n', '\r'), '\n'));
					// In the middle of a character, and not.
					for (let at = 0; at < text.length; at += 7_001) pipe.write(text.subarray(at, at + 7_001));
				} else if (line.includes('"t"')) pipe.write(says(progress, '\r\n') + says(elicit, '\n'));
				else if (line.includes('"accept"')) pipe.write(says(late, '\n'));
			}
		});
	});
	t.teardown(() => upstream.close());
	const house = await gateway(t, { servers: { raw: { stdio: upstream.stdio } } });
	const client = new RawClient(`${house.url}/mcp/raw`);

	t.equal((await client.ask(initialize)).toString(), welcome.replaceAll('\r\n', ' '));
	client.protocol = '2025-11-25';
	t.equal((await client.post(initialized)).status, 202);
	const large = (await client.ask(oddCall)).toString();
	t.ok(large === oddResult('"odd\\u002fid"', big).trim().replaceAll('\r\n', ' '), 'a big one');
	const talk = await client.post(call('"t"', 'talk'));
	t.equal((await talk.event())?.data?.toString(), progress);
	t.equal((await talk.event())?.data?.toString(), elicit);
	t.equal((await client.post('{"jsonrpc":"2.0","id":0,"result":{"action":"accept"}}')).status, 202);
	t.equal((await talk.event())?.data?.toString(), late);
	t.equal(await talk.event(), undefined);

	const spaced = client.sent.map((frame) => frame.replace(/[\r\n]/g, ' '));
	t.strictSame(server.got, spaced, 'line breaks between tokens are spaces on a pipe');
	const [recorded] = await exported(house);
	rebuilt(t, recorded, client, server);
	t.match(recorded!.lines.find(({ from }) => from === 'server')?.wire, { newline: '\r\n' });
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});

t.test('a WebSocket client of an HTTP upstream', async (t) => {
	const server = await rawServer(({ body, json, status }) => {
		if (body === latin1(initialize)) return json(welcome);
		if (body === latin1(oddCall)) return json(oddResult('"odd\\u002fid"', big));
		if (body === latin1(call('"s"', 'look'))) return json(secret);
		return status(body === '' ? 405 : 202);
	});
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const client = await SocketClient.open(`${house.url.replace('http', 'ws')}/ws/raw`);
	const ask = async (frame: string) => (await client.ask(frame)).toString();
	t.equal(await ask(initialize), welcome);
	await client.post(initialized);
	const large = await ask(oddCall);
	t.ok(large === oddResult('"odd\\u002fid"', big), large.slice(0, 200));
	t.equal(await ask(call('"s"', 'look')), masked);
	await client.close();
	const [recorded] = await exported(house);
	rebuilt(t, recorded, client, server);
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});
