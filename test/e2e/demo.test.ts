import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'tap';
import { PLANTED } from '../../cli/runner/demo/scratch.ts';
import { sluice } from '../cli/spawn.ts';
import { ask, connect } from './life/agent.ts';
import { environment, MAIN } from './life/place.ts';
import { rejudge } from './life/record.ts';
import { until } from './life/until.ts';

const SCENES = [
	'1. An allowed call',
	'2. A secret does not leave',
	'3. A delete waits for a human',
	'4. A denied call says which rule',
	'5. Everything is on the record',
	'6. Tomorrow’s policy against today’s traffic',
];

/** What the tour must have said, in this order. */
const SAID = [
	'hello',
	'[masked:secret/github-token]',
	'sent    ',
	'left    ',
	'approvals approve',
	'approved',
	'Executed once',
	'rule files/outside_roots',
	'VERDICT',
	'files/env_files',
	'Exit code 1',
];

/** `sluice demo …` in an empty folder with a temporary folder of its own. */
function tour(cwd: string, args: readonly string[]) {
	const child = spawn(process.execPath, [MAIN, 'demo', ...args], {
		cwd,
		env: environment({ TMPDIR: cwd }),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let out = '';
	let err = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		err += text;
	});
	const closed = once(child, 'close') as Promise<[number | null, string | null]>;
	return { child, closed, out: () => out, err: () => err };
}

test('demo --once shows the tour and ends with 0', async (t) => {
	const cwd = t.testdir();
	const { closed, out, err } = tour(cwd, ['--once']);
	t.strictSame(await closed, [0, null], err());
	const text = out();
	let at = 0;
	for (const scene of SCENES) {
		const found = text.indexOf(`\n${scene}\n`, at);
		t.ok(found > 0, scene);
		at = found;
	}
	at = 0;
	for (const words of SAID) {
		const found = text.indexOf(words, at);
		t.ok(found >= 0, `says \`${words}\`, after what comes before it`);
		at = Math.max(at, found);
	}
	const [sent, left] = [...text.matchAll(/^ {3}(?:sent|left) +([0-9a-f]{64})$/gm)].map(([, sha]) => sha);
	t.ok(sent !== undefined && left !== undefined && sent !== left, 'what was sent is not what left');
	t.strictSame(
		text.split('\n').filter((line) => [...line].length > 80),
		[],
		'readable at 80 columns',
	);
	t.notOk(`${text}${err()}`.includes(PLANTED), 'the planted token is nowhere');
	t.strictSame(readdirSync(cwd), [], 'nothing is left behind');
});

test('demo goes on serving; Ctrl-C ends it with 130 and removes the scratch folder', async (t) => {
	const cwd = t.testdir();
	const { child, closed, out, err } = tour(cwd, []);
	t.teardown(() => child.kill('SIGKILL'));
	await until('it says that Ctrl-C ends it', () => out().includes('Ctrl-C ends it') || child.exitCode !== null);
	const [, url, token] =
		/claude mcp add --transport http files (\S+) \\\n\s+--header "Authorization: Bearer (\S+)"/.exec(out()) ?? [];
	t.ok(url !== undefined && token !== undefined, 'the configuration for a client is printed', { err: err() });
	const scratch = /approvals list --config (\S+)/.exec(out())?.[1];
	t.ok(scratch !== undefined && existsSync(scratch));

	const agent = await connect(t, url!, { token: token! });
	t.match(await ask(agent, 'read_text_file', { path: `${dirname(scratch!)}/docs/readme.txt` }), 'Nothing secret');
	t.match(
		await ask(agent, 'read_text_file', { path: `${dirname(scratch!)}/docs/deploy.env` }),
		'masked:secret/github-token',
	);
	t.match(await ask(agent, 'read_text_file', { path: '/etc/passwd' }), 'files/outside_roots');
	for (const json of out().matchAll(/^ {5}\{\n(?: {5}.*\n)+? {5}\}$/gm))
		t.ok(JSON.parse(json[0]), 'the snippet is JSON');

	const folder = dirname(scratch!);
	await rejudge(t, { folder, sluice: (args) => sluice([...args], { cwd: folder }) });

	child.kill('SIGINT');
	t.strictSame(await closed, [130, null]);
	t.strictSame(readdirSync(cwd), [], 'the scratch folder is gone');
});
