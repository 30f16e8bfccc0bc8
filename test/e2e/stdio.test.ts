import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient } from './support/raw-client.ts';
import { exported } from './support/recorded.ts';

const REFERENCE = fileURLToPath(new URL('../reference-server-2/main.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const initialize =
	'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}';
const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';

t.test('a server that dies at once: clear answers, its last words on record, and no loop of starts', async (t) => {
	const program = `process.stderr.write('cannot go on\\n\\tbecause of ${token}\\n'); process.exit(3)`;
	const house = await gateway(t, {
		servers: { broken: { stdio: { command: process.execPath, args: ['-e', program] } } },
	});
	const ask = async () => {
		const answer = await new RawClient(`${house.url}/mcp/broken`).post(initialize);
		const { error } = JSON.parse((await answer.body()).toString());
		return { status: answer.status, code: error.data.code, message: error.message, headers: answer.headers };
	};
	t.match(await ask(), { status: 200, code: 'ERR_UPSTREAM_CLOSED', message: /exit code 3/ });
	t.match(await ask(), { status: 200, code: 'ERR_UPSTREAM_CLOSED' });
	t.match(await ask(), {
		status: 503,
		code: 'ERR_UPSTREAM_BACKING_OFF',
		message: /2 times in a row/,
		headers: { 'retry-after': '1' },
	});
	await house.stop();
	t.notOk(house.said.includes(token), 'the log has findings masked');
	t.match(house.said, /cannot go on/);

	const sessions = await exported(house);
	t.same(
		sessions.map(({ lines }) => lines.filter(({ event }) => event !== undefined).map(({ event }) => event)),
		[
			['stderr', 'closed'],
			['stderr', 'closed'],
			['undelivered', 'closed'],
		],
	);
	const shown = await house.sluice(['sessions', 'show', sessions[0]!.id]);
	t.match(shown, /cannot go on/);
	t.notOk(shown.includes(token));
	t.match(shown, /masked:secret\/github-token/);
});

t.test('a client that probes with a throw-away process leaves two closed sessions, and nothing else', async (t) => {
	const house = await gateway(t, {
		servers: { both: { stdio: { command: process.execPath, args: [REFERENCE, 'stdio'] } } },
	});
	await house.stop();
	const before = readdirSync(join(house.folder, '.sluice'));
	const client = new Client({ name: 'probe', version: '1' }, { versionNegotiation: { mode: 'auto' } });
	await client.connect(
		new StdioClientTransport({
			command: process.execPath,
			args: [MAIN, 'wrap', '--server', 'both'],
			cwd: house.folder,
			stderr: 'ignore',
		}),
	);
	t.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
	await client.callTool({ name: 'test_simple_text', arguments: {} });
	await client.close();
	t.same(
		(await exported(house)).map(({ wires, lines }) => [
			wires,
			lines.filter(({ from }) => from === 'client').map(({ text }) => JSON.parse(text!).method),
			lines.at(-1)?.event,
		]),
		[
			[{ client: 'stdio', server: 'stdio' }, ['server/discover'], 'closed'],
			[{ client: 'stdio', server: 'stdio' }, ['tools/call'], 'closed'],
		],
	);
	t.same(readdirSync(join(house.folder, '.sluice')), before);
	await t.resolves(house.restart('SIGTERM'), 'no lock is left');
});
