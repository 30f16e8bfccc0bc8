import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { HttpEchoServer } from './support/http-server.ts';
import { exported } from './support/recorded.ts';
import { SocketClient } from './support/socket-client.ts';
import { sdkSocketServer } from './support/ws-server.ts';

t.test('the SDK’s client with a ticket, and a server over WebSocket', async (t) => {
	const server = await sdkSocketServer();
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: { sock: { ws: { url: server.url, headers: { 'x-team': 'a' } } } },
		more: { identity: { anonymous: false } },
	});
	const at = `${house.url}/ws/sock/ticket`;
	t.equal((await fetch(at, { method: 'POST' })).status, 401);
	const bearer = { authorization: `Bearer ${await house.token('ours')}` };
	const ticket = async () => (await (await fetch(at, { method: 'POST', headers: bearer })).json()) as { url: string };
	const { url } = await ticket();

	const client = new Client({ name: 'sdk', version: '1' }, { capabilities: { sampling: {} } });
	client.setRequestHandler(CreateMessageRequestSchema, async () => ({
		role: 'assistant',
		model: 'none',
		content: { type: 'text', text: 'sampled' },
	}));
	await client.connect(new WebSocketClientTransport(new URL(url)));
	t.match(await client.callTool({ name: 'echo', arguments: { text: 'héllo' } }), { content: [{ text: 'héllo' }] });
	t.match(await client.callTool({ name: 'ask', arguments: { text: 'x' } }), { content: [{ text: 'sampled' }] });
	t.match(server.headers, [{ 'x-team': 'a' }]);
	t.equal(server.headers[0]!.authorization, undefined, 'the client’s token stays here');
	await t.rejects(SocketClient.open(url), /401/, 'the ticket is used');

	const unused = (await ticket()).url;
	await house.sluice(['token', 'revoke', 'ours']);
	await t.rejects(SocketClient.open(unused), /401/, 'whose credential is checked when it is used');
	await client.close();
	await house.stop();
	const [recorded, ...others] = await exported(house);
	t.same(recorded?.wires, { client: 'ws', server: 'ws' });
	t.equal(recorded?.lines.at(-1)?.event, 'closed');
	t.same(others, []);
	for (const secret of [url, unused].map((text) => text.slice(-32)))
		t.notOk(
			house.said.includes(secret) || JSON.stringify(recorded?.lines).includes(secret),
			'no ticket in log or record',
		);
});

t.test('a request that an HTTP server refuses without its id is answered under it', async (t) => {
	const server = await HttpEchoServer.start();
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { http: { http: { url: server.url } } } });
	const client = await SocketClient.open(`${house.url.replace('http', 'ws')}/ws/http`);
	// Not begun: the SDK's server answers 400 with `"id":null`.
	const first = await client.ask('{"jsonrpc":"2.0","id":"a","method":"tools/list"}');
	t.match(JSON.parse(first.toString()), { id: null, error: { code: -32000 } });
	const own = JSON.parse(String((await client.event())?.data));
	t.match(own, { id: 'a', error: { data: { code: 'ERR_UPSTREAM_STATUS' } } });
	await client.close();
});
