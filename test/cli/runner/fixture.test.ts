import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { COLD } from '../../engine/policy/compiler-for-tests.ts';
import { closing, SESSION } from '../policies.ts';
import { sluice } from '../spawn.ts';

t.setTimeout(COLD);

const TOKEN = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const read = (...parts: string[]) => readFileSync(join(...parts), 'utf8');

/** A policy and a recorded session, in a git work tree. */
function place(test: Tap, extra: Record<string, string> = {}): string {
	const cwd = test.testdir({ policies: closing(['exec']), 'two-calls.session.jsonl': SESSION, ...extra });
	execFileSync('git', ['init', '-q'], { cwd });
	return cwd;
}
type Tap = typeof t;

t.test('export --format fixture: a file in, a file that may be committed out', async (t) => {
	const cwd = place(t as Tap);
	const args = ['sessions', 'export', '--format', 'fixture', 'two-calls.session.jsonl', '--policy', 'policies'];
	const { code, stdout, stderr } = await sluice([...args, '-o', 'out', '--seed', 'x'], { cwd });
	t.same([code, stdout], [0, '']);
	t.match(
		stderr,
		/^two-calls.session.jsonl -> two-calls.session.jsonl\n {2}verdicts of 3 frames unchanged under revision [0-9a-f]{12}\n {2}kept, so look it over:\n {4}\/params\/name {2}2 values, 8 characters\n$/,
	);
	const text = read(cwd, 'out/two-calls.session.jsonl');
	t.notOk(text.includes(TOKEN.slice(8, 20)));
	t.match(text, /"scrubbed":\{"version":1,"revisions":\["[0-9a-f]{64}"\],"proven":3/);

	const again = await sluice([...args, '-o', 'out'], { cwd });
	t.equal(again.code, 2);
	t.match(again.stderr, /`out\/two-calls.session.jsonl` is there already[\s\S]*ERR_WOULD_OVERWRITE/);
	const piped = await sluice([...args, '--seed', 'x'], { cwd });
	t.equal(piped.stdout, text, 'the same seed, the same bytes');
	const other = await sluice(args, { cwd });
	t.not(other.stdout, text, 'by chance, other ones');
	const judged = await sluice(['replay', 'out', '--policy', 'policies', '--format', 'json'], { cwd });
	const verdicts = JSON.parse(judged.stdout).sessions[0].frames.map(
		(frame: { verdict?: string }) => frame.verdict ?? null,
	);
	t.same(verdicts, ['deny', null, 'allow', 'mask']);
});

t.test('export: what is wrong is said', async (t) => {
	const cwd = place(t as Tap);
	for (const [args, said] of [
		[['--format', 'fixture', 'two-calls.session.jsonl'], /does not say which policy judged it[\s\S]*--policy/],
		[['--format', 'har', 'x'], /`har` is invalid/],
		[['--seed', 'x', 'two-calls.session.jsonl'], /`--seed` says how a fixture is made/],
		[['--format', 'fixture', 'no-such-file.jsonl', '--policy', 'policies'], /there is no file or folder/],
		[['--format', 'fixture', '--policy', 'policies'], /there is no session to export/],
	] as const) {
		const { code, stderr } = await sluice(['sessions', 'export', ...args], { cwd });
		t.equal(code, 2, stderr);
		t.match(stderr, said);
	}
});

t.test('out of a store: ids and --all, noted in the record', async (t) => {
	const cwd = place(t as Tap);
	await sluice(['sessions', 'import', 'two-calls.session.jsonl', '--store', 'data'], { cwd });
	const one = await sluice(
		['sessions', 'export', '--format', 'fixture', 'two-calls', '--policy', 'policies', '--store', 'data'],
		{ cwd },
	);
	t.equal(one.code, 0, one.stderr);
	t.match(JSON.parse(one.stdout.split('\n')[0]!), { sluice: 'session', scrubbed: { proven: 3 } });
	const every = await sluice(
		['sessions', 'export', '--format', 'fixture', '--all', '--policy', 'policies', '--store', 'data', '-o', 'all'],
		{ cwd },
	);
	t.equal(every.code, 0, every.stderr);
	t.equal(readdirSync(join(cwd, 'all')).length, 1, 'the trail of readings is no traffic');
	const listed = JSON.parse(
		(await sluice(['sessions', 'list', '--server', 'sluice', '--store', 'data'], { cwd })).stdout,
	);
	t.equal(listed.sessions.length, 2, 'both exports were noted');
	const raw = await sluice(['sessions', 'export', 'two-calls', '--store', 'data'], { cwd });
	t.match(JSON.parse(raw.stdout.split('\n')[0]!), { exported: 'received' });
	writeFileSync(join(cwd, 'raw.session.jsonl'), raw.stdout.replace('"two-calls"', '"again"'));
	t.equal((await sluice(['sessions', 'import', 'raw.session.jsonl', '--store', 'data'], { cwd })).code, 0);
});

t.test('check warns of a session that was not scrubbed, in a git work tree only', async (t) => {
	const cwd = place(t as Tap);
	mkdirSync(join(cwd, 'policy-test-fixtures/calls'), { recursive: true });
	const at = join(cwd, 'policy-test-fixtures/calls/two-calls.session.jsonl');
	copyFileSync(join(cwd, 'two-calls.session.jsonl'), at);
	const warned = await sluice(['check'], { cwd });
	t.equal(warned.code, 1);
	t.match(warned.stdout, /LINT_SESSION_UNSCRUBBED|was not scrubbed/);
	t.match(warned.stdout, 'secret/github-token');
	t.notOk(warned.stdout.includes(TOKEN.slice(4, 12)));
	const json = JSON.parse((await sluice(['check', '--format', 'json'], { cwd })).stdout);
	const unscrubbed = json.diagnostics.filter(({ level }: { level: string }) => level === 'warning');
	t.match(unscrubbed, [
		{
			code: 'LINT_SESSION_UNSCRUBBED',
			level: 'warning',
			place: { file: 'policy-test-fixtures/calls/two-calls.session.jsonl', row: 1 },
		},
	]);

	writeFileSync(at, SESSION.replace('"version":1', '"version":1,"synthetic":"made up"'));
	t.equal((await sluice(['check'], { cwd })).code, 0, 'made up, and says so');
	writeFileSync(at, SESSION.replace(TOKEN, 'jo@example.com'));
	t.equal((await sluice(['check'], { cwd })).code, 0, 'an address that is nobody’s');
	writeFileSync(at, SESSION.replace(TOKEN, 'nothing').replace('"version":1', '"version":1,"exported":"received"'));
	t.match((await sluice(['check'], { cwd })).stdout, /received bytes in clear/);
	const made = ['sessions', 'export', '--format', 'fixture', 'two-calls.session.jsonl', '--policy', 'policies'];
	writeFileSync(at, (await sluice(made, { cwd })).stdout);
	t.equal((await sluice(['check'], { cwd })).code, 0, 'scrubbed');
});

t.test('test --new: a suite that passes at once', async (t) => {
	const cwd = place(t as Tap);
	const { code, stdout, stderr } = await sluice(['test', '--new', 'two-calls.session.jsonl'], { cwd });
	t.equal(code, 0, stderr);
	const folder = 'policy-test-fixtures/two-calls';
	t.equal(stdout, `${folder}/two-calls.session.jsonl\n${folder}/suite.yaml\n`);
	t.notOk(read(cwd, folder, 'two-calls.session.jsonl').includes(TOKEN));
	const suite = read(cwd, folder, 'suite.yaml');
	t.match(suite, 'policy: ../../policies\n');
	t.match(suite, '      # client tools/call exec\n      - { at: 1, verdict: deny, rule: shell/closed }\n');
	t.match(suite, '      - { at: 4, verdict: mask, rule: shell/closed, masked: ["/result/content/0/text"] }\n');
	const run = await sluice(['test'], { cwd });
	t.equal(run.code, 0, run.stdout);
	t.match(run.stdout, /two-calls\/suite.yaml {2}2 ok/);
	const lone = await sluice(['test', '-o', 'x'], { cwd });
	t.match([lone.code, lone.stderr], [2, 'add --new SESSION']);
	const twice = await sluice(['test', '--new', 'two-calls.session.jsonl'], { cwd });
	t.equal(twice.code, 2);
	t.match(twice.stderr, 'ERR_WOULD_OVERWRITE');
	writeFileSync(join(cwd, 'mine.session.jsonl'), SESSION.replace('"version":1', '"version":1,"synthetic":"made up"'));
	await sluice(['test', '--new', 'mine.session.jsonl', '-o', 'policy-test-fixtures/mine'], { cwd });
	t.match(
		read(cwd, 'policy-test-fixtures/mine/mine.session.jsonl'),
		TOKEN,
		'what says that it is made up stays as it is',
	);
	t.equal((await sluice(['test'], { cwd })).code, 0);
});
