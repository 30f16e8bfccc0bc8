import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { Lines, stdioServer } from './support/stdio-server.ts';

/** Something that a client wrote to the pipe of `sluice wrap`; a row never leaves. */
interface Row {
	readonly class: string;
	readonly name: string;
	readonly story: string;
	readonly bytes: string;
	readonly expect: {
		/** Lines that the server got of it. */
		readonly forwarded: number;
		/** What stands in what comes back. */
		readonly says?: string;
	};
}

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const LIBRARY = fileURLToPath(new URL('../../policies', import.meta.url));
const file = new URL('../../policy-test-fixtures/bypass/wrap.json', import.meta.url);
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[];
const RESULT = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'raw', version: '1' } };

/** Lines that the server got, pings left out. */
const got: string[] = [];
const server = await stdioServer((pipe) => {
	const lines = new Lines();
	pipe.on('data', (chunk) => {
		for (const { line } of lines.push(chunk)) {
			const { id, method } = JSON.parse(line) as { id?: unknown; method?: string };
			if (method !== 'ping') got.push(line);
			const result = method === 'initialize' ? RESULT : {};
			if (id !== undefined) pipe.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
		}
	});
});
const folder = await mkdtemp(join(tmpdir(), 'sluice-wrap-'));
const config = {
	servers: { raw: { stdio: server.stdio } },
	policy: { path: LIBRARY, data: [join(LIBRARY, 'profiles/starter.yaml')] },
	limits: { frame: '64KiB' },
};
await writeFile(join(folder, 'sluice.yaml'), JSON.stringify(config));
t.teardown(async () => {
	await server.close();
	await rm(folder, { recursive: true, force: true });
});

const started = () =>
	spawn(process.execPath, [MAIN, 'wrap', '--server', 'raw'], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
const initialize = `${JSON.stringify({ jsonrpc: '2.0', id: 'begin', method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } } })}\n`;

t.test('lines', async (t) => {
	const child = started();
	const closed = new Promise((resolve) => child.once('close', resolve));
	child.stderr.resume();
	const back = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	child.stdin.write(initialize);
	await back.next();
	for (const [n, row] of rows.entries()) {
		const before = got.length;
		child.stdin.write(row.bytes);
		child.stdin.write(`{"jsonrpc":"2.0","id":"after ${n}","method":"ping"}\n`);
		const said: string[] = [];
		for (;;) {
			const { value, done } = await back.next();
			if (done || value.includes(`after ${n}`)) break;
			said.push(value);
		}
		const why = `${row.name}: ${row.story}`;
		t.equal(got.length - before, row.expect.forwarded, why, { said });
		for (const line of got.slice(before)) t.notMatch(line, /\r/, `${row.name}: no line break in a line`);
		if (row.expect.says === undefined) t.strictSame(said, [], why);
		else
			t.ok(
				said.some((line) => line.includes(row.expect.says!)),
				`${why} (says)`,
				{ said },
			);
	}
	// What has no line feed at its end was not said.
	const before = got.length;
	child.stdin.end('{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"x","arguments":{}}}');
	t.equal(await closed, 0);
	t.equal(got.length, before, 'a line that does not end is none');
});

t.test('a line over the limit ends it', async (t) => {
	const child = started();
	const closed = new Promise((resolve) => child.once('close', resolve));
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text) => {
		said += text;
	});
	child.stdout.resume();
	child.stdin.on('error', () => {});
	const before = got.length;
	child.stdin.write(initialize);
	child.stdin.write(`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(70_000)}`);
	t.not(await closed, 0);
	t.match(said, /limits\.frame/);
	t.ok(got.length - before <= 1);
});

t.test('no row has the name of another', async (t) => {
	t.equal(new Set(rows.map((row) => `${row.class}: ${row.name}`)).size, rows.length);
});
