import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { exported } from './support/recorded.ts';
import { sdkSseServer } from './support/sse-server.ts';

t.test('the SDK’s client and server over HTTP+SSE, in and out', async (t) => {
	const server = await sdkSseServer();
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: { old: { sse: { url: server.url, headers: { 'x-team': 'a' } } } },
		more: { identity: { anonymous: false } },
	});
	const url = new URL(`${house.url}/sse/old`);
	const connect = async (token: string) => {
		const client = new Client({ name: 'sdk', version: '1' }, { capabilities: { sampling: {} } });
		client.setRequestHandler(CreateMessageRequestSchema, async () => ({
			role: 'assistant',
			model: 'none',
			content: { type: 'text', text: 'sampled' },
		}));
		await client.connect(
			new SSEClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
		);
		t.teardown(() => client.close());
		return client;
	};
	await t.rejects(new Client({ name: 'sdk', version: '1' }).connect(new SSEClientTransport(url)), { code: 401 });

	const [ours, theirs] = [await house.token('ours'), await house.token('theirs')];
	const client = await connect(ours);
	t.same(
		(await client.listTools()).tools.map(({ name }) => name),
		['echo', 'ask'],
	);
	const call = (name: string, text: string) => client.callTool({ name, arguments: { text } });
	t.match(await call('echo', 'héllo'), { content: [{ text: 'héllo' }] });
	const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
	t.match(await call('echo', `it is ${secret}`), { isError: true }, 'policy is asked');
	t.match(await call('ask', 'x'), { content: [{ text: 'sampled' }] }, 'a request of the server is answered');
	t.match(server.headers.at(-1), { 'x-team': 'a' });
	t.equal(server.headers.at(-1)?.authorization, undefined, 'the client’s token stays here');

	// Somebody else's token does not open the session, and learns nothing.
	const path = client.transport as unknown as { _endpoint: URL };
	const stolen = await fetch(path._endpoint, {
		method: 'POST',
		headers: { 'content-type': 'application/json', authorization: `Bearer ${theirs}` },
		body: '{"jsonrpc":"2.0","id":9,"method":"ping"}',
	});
	t.equal(stolen.status, 404);
	t.match(await stolen.json(), { error: { data: { code: 'ERR_SESSION_UNKNOWN' } } });

	// A revoked token must not keep its session open for ever.
	const other = await connect(theirs);
	await other.listTools();
	await house.sluice(['token', 'revoke', 'theirs']);
	await t.rejects(other.listTools(), /401/);
	await other.close();
	await client.close();
	await server.until(() => server.open === 0);

	await house.stop();
	const recorded = await exported(house);
	t.same(
		recorded.map(({ wires, lines }) => [wires, lines.at(-1)?.event]),
		[0, 1].map(() => [{ client: 'sse', server: 'sse' }, 'closed']),
	);
	t.notOk(house.said.includes(path._endpoint.search.slice(-16)), 'the secret of the endpoint is not in the log');
});

t.test('a gateway that stops ends its streams, and the sessions with them', async (t) => {
	const server = await sdkSseServer();
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { old: { sse: { url: server.url } } } });
	const stream = await fetch(`${house.url}/sse/old`, { headers: { accept: 'text/event-stream' } });
	const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
	const { value = '' } = await reader.read();
	const endpoint = /data: (\S+)/.exec(value)![1]!;
	const params = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
	const posted = await fetch(new URL(endpoint, house.url), {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
	});
	t.equal(posted.status, 202);
	t.match((await reader.read()).value, /^event: message\ndata: .*"protocolVersion":"2024-11-05"/);
	await house.stop();
	let rest = await reader.read();
	while (!rest.done) rest = await reader.read();
	await server.until(() => server.open === 0);
	const [recorded] = await exported(house);
	t.equal(recorded?.lines.at(-1)?.event, 'closed');
});
