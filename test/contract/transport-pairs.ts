import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { httpConnector } from '../../gateway/transport/http/connector.ts';
import { sseConnector } from '../../gateway/transport/sse/connector.ts';
import { stdioConnector } from '../../gateway/transport/stdio/connector.ts';
import { webSocketConnector } from '../../gateway/transport/websocket/connector.ts';
import { http, sse, stdio, webSocket } from '../gateway/transport/fixtures/clients.ts';
import { scriptedHttp } from '../gateway/transport/fixtures/http-server.ts';
import { scriptedSse } from '../gateway/transport/fixtures/sse-server.ts';
import { scriptedSocket } from '../gateway/transport/fixtures/ws-server.ts';
import { frameLimit, transportContract } from './transport.ts';

const limits = { frame: frameLimit };
const script = fileURLToPath(new URL('../gateway/transport/fixtures/stdio-server.ts', import.meta.url));

const connectors = {
	async http() {
		const server = await scriptedHttp();
		return { connector: httpConnector({ url: server.url, limits }), close: () => server.close() };
	},
	async sse() {
		const server = await scriptedSse();
		return { connector: sseConnector({ url: server.url, limits }), close: () => server.close() };
	},
	async ws() {
		const server = await scriptedSocket();
		return { connector: webSocketConnector({ url: server.url, limits }), close: () => server.close() };
	},
	async stdio() {
		const connector = stdioConnector({ command: process.execPath, args: [script], environment: process.env, limits });
		return { connector, close: async () => {} };
	},
};
const listeners = { http, sse, ws: webSocket, stdio };

/** Every way in, in front of one way out; one after the other, as open handles are counted. */
export async function everyListener(t: Test, to: keyof typeof connectors): Promise<void> {
	for (const [from, makeListener] of Object.entries(listeners))
		await t.test(`${from} in, ${to} out`, (t) => transportContract(t, makeListener, connectors[to]));
}
