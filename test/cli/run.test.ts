import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { closing } from './policies.ts';
import { sluice } from './spawn.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const LAUNCHER = fileURLToPath(new URL('../../cli/sluice.js', import.meta.url));
const CONFIG = `listen: 127.0.0.1:0
admin: 127.0.0.1:0
servers: { box: { stdio: { command: node } } }
policy: { path: ./p }
`;

/** A gateway that has said that it is ready, and what it said. */
async function gateway(
	cwd: string,
	command: readonly string[] = [MAIN],
): Promise<{ child: ChildProcess; ready: string }> {
	const child = spawn(process.execPath, [...command, 'run'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	child.stderr!.setEncoding('utf8').on('data', (text: string) => {
		said += text;
	});
	child.once('close', () => child.stdout!.destroy(new Error(said)));
	const [line] = (await once(child.stdout!, 'data')) as [Buffer];
	return { child, ready: line.toString() };
}

test('run says one line when it is ready; SIGTERM ends it with 0, Ctrl-C with 130', async (t) => {
	const cwd = t.testdir({ 'sluice.yaml': CONFIG, p: closing(['exec']) });
	const first = await gateway(cwd);
	t.match(first.ready, /^sluice listening mcp=http:\/\/127\.0\.0\.1:\d+ admin=http:\/\/127\.0\.0\.1:\d+\n$/);
	const second = await sluice(['run'], { cwd });
	t.match(
		second,
		{ code: 2, stdout: '', stderr: /^error: process \d+ already runs a gateway[\s\S]*ERR_STORE_LOCKED/m },
		'a second gateway on the same data folder',
	);
	first.child.kill('SIGTERM');
	t.strictSame(await once(first.child, 'close'), [0, null]);
	const again = await gateway(cwd);
	again.child.kill('SIGINT');
	t.strictSame(await once(again.child, 'close'), [130, null]);
});

test('the launcher hands over to the Node that npm brought, signals and exit code included', async (t) => {
	const old = ['--import', "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})"];
	const cwd = t.testdir({ 'sluice.yaml': CONFIG, p: closing(['exec']) });
	const { child } = await gateway(cwd, [...old, LAUNCHER]);
	child.kill('SIGTERM');
	t.strictSame(await once(child, 'close'), [0, null]);
	const wrong = spawn(process.execPath, [...old, LAUNCHER, 'chek'], { cwd, stdio: 'ignore' });
	t.strictSame(await once(wrong, 'close'), [2, null]);

	// away from any node_modules
	const bare = mkdtempSync(join(tmpdir(), 'sluice-launcher-'));
	t.teardown(() => rmSync(bare, { recursive: true }));
	copyFileSync(LAUNCHER, `${bare}/sluice.mjs`);
	const alone = spawn(process.execPath, [...old, `${bare}/sluice.mjs`, 'check'], {
		cwd,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const said: Buffer[] = [];
	alone.stderr!.on('data', (chunk: Buffer) => said.push(chunk));
	t.strictSame(await once(alone, 'close'), [2, null]);
	t.match(Buffer.concat(said).toString(), /^error: Sluice needs Node 24 or newer, this is 20\.1\.0\nhelp: /);
});
