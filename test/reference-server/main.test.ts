import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const info = { name: 'test', version: '1' };
const initialize = {
	jsonrpc: '2.0',
	id: 1,
	method: 'initialize',
	params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info },
};
const discover = {
	jsonrpc: '2.0',
	id: 1,
	method: 'server/discover',
	params: {
		_meta: {
			'io.modelcontextprotocol/protocolVersion': '2026-07-28',
			'io.modelcontextprotocol/clientInfo': info,
			'io.modelcontextprotocol/clientCapabilities': {},
		},
	},
};

/** What a reference server, as a process of its own, answers on its pipe. */
async function answer(folder: string, request: object): Promise<Record<string, unknown>> {
	const main = fileURLToPath(new URL(`../${folder}/main.ts`, import.meta.url));
	const child = spawn(process.execPath, [main, 'stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
	child.stdin.write(`${JSON.stringify(request)}\n`);
	const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
	const ended = once(child, 'close');
	child.stdin.end();
	await ended;
	return JSON.parse(line);
}

for (const folder of ['reference-server', 'reference-server-2', 'reference-server-raw'])
	t.test(`${folder} on a pipe`, async (t) => {
		t.match(await answer(folder, initialize), { id: 1, result: { protocolVersion: '2025-11-25' } });
		const modern =
			folder === 'reference-server' ? { error: { code: -32601 } } : { result: { supportedVersions: ['2026-07-28'] } };
		t.match(await answer(folder, discover), { id: 1, ...modern });
	});
