import { fileURLToPath } from 'node:url';
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import t, { type Test } from 'tap';
import { serveHttp } from '../reference-server/http.ts';
import { eraServer } from './support/era-server.ts';
import { type Gateway, gateway } from './support/gateway.ts';

// Every cell of the compatibility matrix (MCP 2026-07-28, versioning), with the official SDKs on both ends, each server
// over HTTP and as a process.

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const ERA = fileURLToPath(new URL('support/era-server.ts', import.meta.url));
const REFERENCE = fileURLToPath(new URL('../reference-server/main.ts', import.meta.url));

type Era = 'modern' | 'dual' | 'legacy';

/** What a client found: the revision that it speaks with the server, and what a tool said. */
interface Found {
	readonly revision: string | undefined;
	readonly said: string;
}
type Clients = Readonly<Record<Era, (place: Place) => Promise<Found>>>;
type Place = { readonly url: URL } | { readonly command: string; readonly args: string[]; readonly cwd: string };

const info = { name: 'era', version: '1' };
const second =
	(mode: 'auto' | { pin: string }) =>
	async (place: Place): Promise<Found> => {
		const client = new Client2(info, { versionNegotiation: { mode } });
		try {
			await client.connect('url' in place ? new Http2(place.url) : new Stdio2({ ...place, stderr: 'ignore' }));
			const { tools } = await client.listTools();
			const said = await client.callTool(callOf(tools));
			return { revision: client.getNegotiatedProtocolVersion(), said: JSON.stringify(said.content) };
		} finally {
			await client.close();
		}
	};
const CLIENTS: Clients = {
	modern: second({ pin: '2026-07-28' }),
	dual: second('auto'),
	async legacy(place) {
		const client = new Client1(info);
		try {
			// Its types and its own transports' differ under exactOptionalPropertyTypes.
			const transport = 'url' in place ? new Http1(place.url) : new Stdio1({ ...place, stderr: 'ignore' });
			await client.connect(transport as Parameters<typeof client.connect>[0]);
			const { tools } = await client.listTools();
			const said = await client.callTool(callOf(tools));
			const revision = 'url' in place ? (transport as Http1).protocolVersion : '2025-11-25';
			return { revision, said: JSON.stringify(said.content) };
		} finally {
			await client.close();
		}
	},
};

/** The legacy server is the reference server, the others are `era-server.ts`. */
function callOf(tools: readonly { readonly name: string }[]) {
	return tools.some(({ name }) => name === 'echo')
		? { name: 'echo', arguments: { text: 'hällo' } }
		: { name: 'test_simple_text', arguments: {} };
}

/** Client, server → the revision that they speak; none where they have none in common. */
const MATRIX: Readonly<Record<Era, Readonly<Record<Era, string | undefined>>>> = {
	modern: { modern: '2026-07-28', dual: '2026-07-28', legacy: undefined },
	dual: { modern: '2026-07-28', dual: '2026-07-28', legacy: '2025-11-25' },
	legacy: { modern: undefined, dual: '2025-11-25', legacy: '2025-11-25' },
};
const ERAS: readonly Era[] = ['modern', 'dual', 'legacy'];

type Cell = readonly [client: Era, server: Era, wire: 'http' | 'stdio'];

async function outcomes(t: Test, gate: Gateway, place: (server: string) => Place, cells: readonly Cell[]) {
	for (const [client, server, wire] of cells) {
		const name = `${client} client, ${server} server over ${wire}`;
		const wanted = MATRIX[client][server];
		const found = await CLIENTS[client](place(`${server}-${wire}`)).catch((error: Error) => error);
		if (wanted === undefined) t.ok(found instanceof Error, `${name}: refused`);
		else if (found instanceof Error) t.fail(`${name}: ${found.message}`);
		else t.match(found, { revision: wanted, said: /hällo|simple text/ }, name);
	}
	t.notMatch(gate.said, /ERR_INTERNAL/);
}

async function house(t: Test): Promise<Gateway> {
	const [modern, dual, legacy] = await Promise.all([eraServer(true), eraServer(false), serveHttp()]);
	t.teardown(() => Promise.all([modern.close(), dual.close(), legacy.close()]));
	const stdio = (...args: string[]) => ({ stdio: { command: process.execPath, args } });
	return await gateway(t, {
		servers: {
			'modern-http': { http: { url: modern.url } },
			'dual-http': { http: { url: dual.url } },
			'legacy-http': { http: { url: legacy.url } },
			'modern-stdio': stdio(ERA, 'modern'),
			'dual-stdio': stdio(ERA, 'dual'),
			'legacy-stdio': stdio(REFERENCE, 'stdio'),
		},
	});
}

t.test('clients of every era in front of servers of every era, over Streamable HTTP', async (t) => {
	const gate = await house(t);
	const cells = (['http', 'stdio'] as const).flatMap((wire) =>
		ERAS.flatMap((client) => ERAS.map((server): Cell => [client, server, wire])),
	);
	await outcomes(t, gate, (server) => ({ url: new URL(`${gate.url}/mcp/${server}`) }), cells);
});

t.test('… and of clients that launch their server', async (t) => {
	const gate = await house(t);
	const place = (server: string) => ({
		command: process.execPath,
		args: [MAIN, 'wrap', '--server', server],
		cwd: gate.folder,
	});
	// A process each, and a probe is one too: where a frame crosses from one transport to the other, or falls back.
	await outcomes(t, gate, place, [
		['modern', 'modern', 'http'],
		['dual', 'legacy', 'stdio'],
		['dual', 'legacy', 'http'],
		['legacy', 'modern', 'stdio'],
		['legacy', 'dual', 'http'],
	]);
});
