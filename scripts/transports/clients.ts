import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
	Client as Client2,
	StreamableHTTPClientTransport as HttpTransport2,
	SSEClientTransport as SseTransport2,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioTransport2 } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { SocketClient } from '../../test/e2e/support/socket-client.ts';
import type { TableServer } from './servers.ts';

/** Where the gateway is for a client, with one server behind it. */
export interface Place {
	/** e.g. `http://127.0.0.1:41234` */
	readonly url: string;
	/** Folder with its `sluice.yaml`. */
	readonly folder: string;
	/** The server's name there. */
	readonly server: string;
}

/** What a client came to: the revision it speaks there (undefined: it does not say), and what the one call answered. */
export interface Reached {
	readonly revision?: string | undefined;
	readonly tools: readonly string[];
	readonly answer: string;
}

/** One row of the table: a client on one of its transports. */
export interface TableClient {
	readonly title: string;
	readonly transport: 'http' | 'sse' | 'ws' | 'stdio';
	/** Connects, lists the tools, makes one call, leaves. */
	reach(place: Place, call: TableServer['call']): Promise<Reached>;
}

const root = join(import.meta.dirname, '../..');
const main = join(root, 'cli/main.ts');
const info = { name: 'transport-table', version: '1' };

const wrapped = ({ folder, server }: Place) => ({
	command: process.execPath,
	args: [main, 'wrap', '--server', server],
	cwd: folder,
	stderr: 'ignore' as const,
});
const at = (path: 'mcp' | 'sse', { url, server }: Place) => new URL(`${url}/${path}/${server}`);

function sdk1(transport: TableClient['transport'], open: (place: Place) => Transport): TableClient {
	return {
		title: 'TypeScript SDK 1.32.2',
		transport,
		async reach(place, { tool, args }) {
			const client = new Client(info);
			const wire = open(place);
			// The SDK tells its transport which revision was settled on, and nobody else.
			let revision: string | undefined;
			wire.setProtocolVersion = ((before) => (version: string) => {
				revision = version;
				before?.(version);
			})(wire.setProtocolVersion?.bind(wire));
			await client.connect(wire);
			try {
				const tools = (await client.listTools()).tools.map(({ name }) => name);
				const { content } = await client.callTool({ name: tool, arguments: { ...args } });
				return { revision, tools, answer: JSON.stringify(content) };
			} finally {
				await client.close();
			}
		},
	};
}

type Transport2 = Parameters<Client2['connect']>[0];

function sdk2(
	transport: TableClient['transport'],
	mode: 'legacy' | 'auto',
	open: (place: Place) => Transport2,
): TableClient {
	return {
		title: mode === 'auto' ? 'TypeScript SDK 2.4.0, `auto`' : 'TypeScript SDK 2.4.0',
		transport,
		async reach(place, { tool, args }) {
			const client = new Client2(info, { versionNegotiation: { mode } });
			await client.connect(open(place));
			try {
				const tools = (await client.listTools()).tools.map(({ name }) => name);
				const { content } = await client.callTool({ name: tool, arguments: { ...args } });
				return { revision: client.getNegotiatedProtocolVersion(), tools, answer: JSON.stringify(content) };
			} finally {
				await client.close();
			}
		},
	};
}

const cli = join(import.meta.dirname, 'inspector.ts');

function inspector(transport: TableClient['transport']): TableClient {
	return {
		title: 'MCP Inspector CLI 0.22.0',
		transport,
		async reach(place, { tool, args }) {
			const run = async (...more: string[]) => {
				const where = inspected(transport, place);
				const options = { cwd: place.folder, timeout: 60_000 };
				const { stdout } = await promisify(execFile)(process.execPath, [cli, ...where, ...more], options);
				return stdout;
			};
			const list = JSON.parse(await run('--method', 'tools/list')) as { tools: { name: string }[] };
			const spelled = Object.entries(args).flatMap(([name, value]) => ['--tool-arg', `${name}=${value}`]);
			const answer = await run('--method', 'tools/call', '--tool-name', tool, ...spelled);
			return { tools: list.tools.map(({ name }) => name), answer };
		},
	};
}

function inspected(transport: TableClient['transport'], place: Place): string[] {
	if (transport !== 'stdio') return [at(transport === 'sse' ? 'sse' : 'mcp', place).href, '--transport', transport];
	const { command, args } = wrapped(place);
	return [command, ...args];
}

/** No library: what is sent is what stands here. */
const raw: TableClient = {
	title: 'our raw client',
	transport: 'ws',
	async reach({ url, server }, { tool, args }) {
		const client = await SocketClient.open(`${url.replace('http', 'ws')}/ws/${server}`);
		const ask = async (id: number, method: string, params: object) => {
			await client.post(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
			// The server's own questions and notifications may come first.
			for (let event = await client.event(); event !== undefined; event = await client.event()) {
				const frame = JSON.parse(String(event.data));
				if (frame.id === id && frame.method === undefined) return frame.result;
			}
			throw new Error('the socket is closed');
		};
		const begun = await ask(1, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info });
		await client.post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
		const { tools } = await ask(2, 'tools/list', {});
		const { content } = await ask(3, 'tools/call', { name: tool, arguments: args });
		await client.close();
		return {
			revision: begun.protocolVersion,
			tools: tools.map(({ name }: { name: string }) => name),
			answer: JSON.stringify(content),
		};
	},
};

/** The rows of the table. */
export const clients: readonly TableClient[] = [
	sdk1('http', (place) => new StreamableHTTPClientTransport(at('mcp', place)) as Transport),
	sdk1('sse', (place) => new SSEClientTransport(at('sse', place))),
	sdk1('ws', ({ url, server }) => new WebSocketClientTransport(new URL(`${url.replace('http', 'ws')}/ws/${server}`))),
	sdk1('stdio', (place) => new StdioClientTransport(wrapped(place))),
	sdk2('http', 'legacy', (place) => new HttpTransport2(at('mcp', place))),
	sdk2('http', 'auto', (place) => new HttpTransport2(at('mcp', place))),
	sdk2('sse', 'legacy', (place) => new SseTransport2(at('sse', place))),
	sdk2('stdio', 'legacy', (place) => new StdioTransport2(wrapped(place))),
	sdk2('stdio', 'auto', (place) => new StdioTransport2(wrapped(place))),
	inspector('http'),
	inspector('sse'),
	inspector('stdio'),
	raw,
];
