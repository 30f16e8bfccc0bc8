import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

const COMMANDS = [
	'init',
	'run',
	'wrap',
	'check',
	'eval',
	'build',
	'test',
	'replay',
	'diff',
	'play',
	'sessions',
	'approvals',
	'token',
	'connections',
	'doctor',
	'config',
];

test('help: what works, with an example each, at 80 columns', async (t) => {
	const cwd = t.testdir();
	const top = await sluice(['--help'], { cwd });
	t.equal(top.code, 0);
	t.equal(top.stderr, '');
	for (const command of COMMANDS) t.match(top.stdout, new RegExp(`^  ${command} `, 'm'), command);
	const families: Record<string, string[]> = {
		sessions: ['list', 'show', 'export', 'import'],
		approvals: ['list', 'show', 'approve', 'deny', 'watch'],
		token: ['create', 'list', 'revoke'],
		connections: ['list', 'remove'],
		config: ['schema', 'print'],
	};
	const all = COMMANDS.flatMap((name) => families[name]?.map((sub) => [name, sub]) ?? [[name]]);
	const helps = await Promise.all(
		all.map(async (words) => [words.join(' '), await sluice([...words, '--help'], { cwd })] as const),
	);
	for (const [name, { code, stdout }] of helps) {
		t.equal(code, 0, name);
		t.match(stdout, new RegExp(`\\nExample:\\n  \\$ .*sluice ${name}`), name);
		const help = stdout.slice(0, stdout.indexOf('\nExample:'));
		t.ok(
			help.split('\n').every((line) => line.length <= 80),
			`${name} fits 80 columns`,
		);
	}
});

test('wrong input: exit 2, what, what to do, a code, and no stack trace', async (t) => {
	const cwd = t.testdir({
		'bad.session.jsonl': '{"sluice":"session","version":1}\n{"seq":1,"from":"client"}\n',
		'new.session.jsonl': '{"sluice":"session","version":9}\n',
		'bad.yaml': 'servers:\n  a: { stdio: { comand: x } }\n',
		'late.yaml': 'servers:\n  a: { stdio: { command: x } }\nfleet: {}\n',
		empty: {},
		p: closing(['exec']),
		'ok.session.jsonl': SESSION,
		'none.session.jsonl': '{"sluice":"session","version":1}\n',
	});
	const rows: [args: string[], code: string, message: RegExp, help?: RegExp][] = [
		[['chek'], 'ERR_USAGE', /unknown command `chek`/, /did you mean `check`/],
		[['token', 'creat'], 'ERR_USAGE', /unknown command `creat`/, /did you mean `create`/],
		[['check', '--fromat', 'json'], 'ERR_USAGE', /unknown option `--fromat`/, /did you mean `--format`/],
		[['check', '--format', 'yaml'], 'ERR_USAGE', /`yaml` is invalid/],
		[['diff', 'x'], 'ERR_USAGE', /--from is missing/],
		[['play', 'x', '--speed', '0'], 'ERR_USAGE', /above 0/],
		[['test', '--run', '('], 'ERR_USAGE', /regular expression/],
		[['mock', 'x'], 'ERR_USAGE', /unknown command `mock`/],
		[['check', 'nowhere'], 'ERR_POLICY_MISSING', /no policy `nowhere`/, /policy folder/],
		[['config', 'print'], 'ERR_CONFIG_NOT_FOUND', /sluice.yaml/, /sluice init/],
		[['config', 'print', '--config', 'bad.yaml'], 'ERR_CONFIG_INVALID', /bad.yaml:2:\d+: .*`comand`/],
		[['run', '--config', 'late.yaml'], 'ERR_CONFIG_NOT_YET', /late.yaml:3:1: `fleet`/],
		[['replay', 'nowhere.jsonl'], 'ERR_SESSION_UNKNOWN', /no file or folder/],
		[['replay', 'abc'], 'ERR_STORE_MISSING', /which store/, /--store/],
		[['replay', 'bad.session.jsonl', '--policy', 'p'], 'ERR_SESSION_FILE', /bad.session.jsonl:2: .*no bytes/],
		[['replay', 'new.session.jsonl', '--policy', 'p'], 'ERR_SESSION_FILE_VERSION', /format version 9/],
		[['replay', 'ok.session.jsonl'], 'ERR_REVISION_UNKNOWN', /does not say which policy/, /--policy/],
		[['diff', '--from', 'p', '--to', 'p', 'empty'], 'ERR_NOTHING_TO_JUDGE', /no recorded session/],
		[['diff', '--from', 'p', '--to', 'p', 'none.session.jsonl'], 'ERR_NOTHING_TO_JUDGE', /no frames/],
		[['eval', 'p', '--input', 'bad.yaml'], 'ERR_INPUT', /not JSON/],
		[['test', 'nowhere'], 'ERR_TEST_PATH', /no `nowhere`/],
		[['test', 'empty'], 'ERR_NOTHING_TO_JUDGE', /nothing to test/],
		[['sessions', 'list', '--store', 'empty'], 'ERR_STORE_MISSING', /no store/],
		[['token', 'create', '--as', 'a', '--role', 'boss'], 'ERR_USAGE', /`boss` is invalid/],
		[
			['token', 'create', '--as', 'a', '--role', 'agent', '--expires', 'soon', '--store', 's'],
			'ERR_TOKEN_INVALID',
			/not a duration/,
		],
	];
	const ends = await Promise.all(rows.map(([args]) => sluice(args, { cwd })));
	for (const [i, [args, code, message, help]] of rows.entries()) {
		const name = args.join(' ');
		const { code: exit, stdout, stderr } = ends[i]!;
		t.equal(exit, 2, `${name}: ${stderr}`);
		t.equal(stdout, '', name);
		t.match(stderr, /^error: /, name);
		t.match(stderr, message, name);
		t.match(stderr, new RegExp(`^code: ${code}$`, 'm'), name);
		if (help !== undefined) t.match(stderr, help, name);
		t.notMatch(stderr, /^\s+at .*:\d+:\d+/m, `${name}: no stack`);
	}
});

test('a reader that has seen enough is no error', async (t) => {
	const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
	const child = spawn(process.execPath, [main, 'config', 'schema'], {
		cwd: t.testdir(),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const said: Buffer[] = [];
	child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
	child.stdout.destroy();
	const [code] = await once(child, 'close');
	t.equal(code, 0);
	t.equal(Buffer.concat(said).toString(), '');
});
