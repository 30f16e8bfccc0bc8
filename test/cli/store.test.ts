import { statSync, writeFileSync } from 'node:fs';
import { test } from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';

test('init gives a folder that checks and tests, and never overwrites', async (t) => {
	const cwd = t.testdir();
	const made = await sluice(['init', 'g', '--profile', 'strict'], { cwd });
	t.equal(made.code, 0, made.stderr);
	t.equal(statSync(`${cwd}/g/.sluice/keys/master.key`).mode & 0o777, 0o600);
	t.equal((await sluice(['check'], { cwd: `${cwd}/g` })).code, 0);
	const printed = await sluice(['config', 'print'], { cwd: `${cwd}/g` });
	t.match(printed.stdout, /profiles\/strict\.yaml/);
	t.match(printed.stdout, /anonymous: false/);
	t.match(await sluice(['init', 'g'], { cwd }), { code: 2, stderr: /ERR_INIT_EXISTS/ });
});

test('sessions: import, list, show, export give the same session back', async (t) => {
	const cwd = t.testdir({ 's.session.jsonl': SESSION, p: closing(['exec']) });
	const place = ['--store', 'store'];
	const imported = await sluice(['sessions', 'import', 's.session.jsonl', ...place], { cwd });
	t.match(imported, { code: 0, stdout: 'two-calls\n' });
	const twice = await sluice(['sessions', 'import', 's.session.jsonl', ...place], { cwd });
	t.match(twice, { code: 2, stderr: /two-calls/ });
	const { sessions } = JSON.parse((await sluice(['sessions', 'list', ...place], { cwd })).stdout);
	t.match(sessions, [{ id: 'two-calls', server: 'box', frames: 4 }]);
	const shown = await sluice(['sessions', 'show', 'two-calls', ...place], { cwd });
	t.match(shown.stdout, /masked:secret\/github-token/);
	t.notMatch(shown.stdout, SECRET);
	const exported = await sluice(['sessions', 'export', 'two-calls', ...place], { cwd });
	t.match(exported.stdout, SECRET, 'received bytes in clear');
	writeFileSync(`${cwd}/again.session.jsonl`, exported.stdout);
	const diff = ['diff', '--from', 'p', '--to', 'p', '--format', 'json'];
	t.equal((await sluice([...diff, 'again.session.jsonl'], { cwd })).stdout.includes('"judged": 3'), true);
	t.match(await sluice([...diff, 'two-calls', ...place], { cwd }), { code: 0 });
	const trail = JSON.parse(
		(await sluice(['sessions', 'list', '--server', 'sluice', ...place], { cwd })).stdout,
	).sessions;
	t.equal(trail.length, 2, 'the show and the export are recorded');
	t.match(await sluice(['sessions', 'show', 'nobody', ...place], { cwd }), { code: 2, stderr: /ERR_SESSION_UNKNOWN/ });
});

test('token: alone on stdout, listed without it, revoked', async (t) => {
	const cwd = t.testdir();
	const place = ['--store', 'store'];
	const made = await sluice(
		[
			'token',
			'create',
			'--as',
			'bot',
			'--for',
			'ana',
			'--group',
			'a',
			'--group',
			'b',
			'--role',
			'agent',
			'--expires',
			'90d',
			...place,
		],
		{ cwd },
	);
	t.match(made, { code: 0, stdout: /^slc_[A-Za-z0-9_-]{43}\n$/, stderr: '' });
	const list = await sluice(['token', 'list', ...place], { cwd });
	t.match(JSON.parse(list.stdout).tokens, [
		{ id: 'bot', for: 'ana', groups: ['a', 'b'], role: 'agent', state: 'active' },
	]);
	t.notMatch(list.stdout, made.stdout.trim());
	t.match(await sluice(['token', 'revoke', 'bot', ...place], { cwd }), { code: 0, stdout: /^slc_\S+ bot\n$/ });
	t.match(JSON.parse((await sluice(['token', 'list', ...place], { cwd })).stdout).tokens, [{ state: 'revoked' }]);
});
