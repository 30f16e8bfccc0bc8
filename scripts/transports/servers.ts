import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HttpEchoServer } from '../../test/e2e/support/http-server.ts';
import { sdkSseServer } from '../../test/e2e/support/sse-server.ts';
import { sdkSocketServer } from '../../test/e2e/support/ws-server.ts';

/** One server of the table: how the gateway reaches it, and one call that shows that it works. */
export interface TableServer {
	/** As it stands in the table. */
	readonly title: string;
	readonly transport: 'stdio' | 'http' | 'sse' | 'ws';
	readonly call: { readonly tool: string; readonly args: Readonly<Record<string, unknown>>; readonly answer: RegExp };
	/** Starts it, or says how: a `servers` entry of the configuration. `folder`: where it may write. */
	start(folder: string): Promise<{ readonly entry: object; close(): Promise<void> }>;
}

const require = createRequire(import.meta.url);
const referenceServer2 = join(import.meta.dirname, '../../test/reference-server-2/main.ts');

/** A server of the MCP project, started by the gateway. */
function published(
	name: string,
	call: TableServer['call'],
	more: (folder: string) => { args?: readonly string[]; env?: Readonly<Record<string, string>> } = () => ({}),
): TableServer {
	return {
		title: `server-${name}`,
		transport: 'stdio',
		call,
		async start(folder) {
			const main = join(dirname(require.resolve(`@modelcontextprotocol/server-${name}/package.json`)), 'dist/index.js');
			const { args = [], env = {} } = more(folder);
			return child([main, ...args], env);
		},
	};
}

function child(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
	return { entry: { stdio: { command: process.execPath, args, env } }, close: async () => {} };
}

const echo = { tool: 'echo', args: { text: 'hello' }, answer: /hello/ };

/** The columns of the table, by the name that the gateway has for them. */
export const servers: Readonly<Record<string, TableServer>> = {
	everything: published('everything', { tool: 'echo', args: { message: 'hello' }, answer: /hello/ }),
	filesystem: published(
		'filesystem',
		{ tool: 'list_allowed_directories', args: {}, answer: /Allowed directories/ },
		(folder) => ({ args: [folder] }),
	),
	memory: published('memory', { tool: 'read_graph', args: {}, answer: /entities/ }, (folder) => ({
		env: { MEMORY_FILE_PATH: join(folder, 'memory.json') },
	})),
	thinking: published('sequential-thinking', {
		tool: 'sequentialthinking',
		args: { thought: 'hello', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 },
		answer: /thoughtHistoryLength/,
	}),
	both: {
		title: 'both eras, SDK 2.4.0',
		transport: 'stdio',
		call: { tool: 'test_simple_text', args: {}, answer: /./ },
		start: async () => child([referenceServer2, 'stdio']),
	},
	http: {
		title: 'SDK 1.32.2',
		transport: 'http',
		call: echo,
		async start() {
			const server = await HttpEchoServer.start();
			return { entry: { http: { url: server.url } }, close: () => server.close() };
		},
	},
	sse: {
		title: 'SDK 1.32.2',
		transport: 'sse',
		call: echo,
		async start() {
			const server = await sdkSseServer();
			return { entry: { sse: { url: server.url } }, close: () => server.close() };
		},
	},
	ws: {
		title: 'on `ws`',
		transport: 'ws',
		call: echo,
		async start() {
			const server = await sdkSocketServer();
			return { entry: { ws: { url: server.url } }, close: () => server.close() };
		},
	},
};
