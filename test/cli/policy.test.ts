import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const keys = () => {
	const { privateKey, publicKey } = generateKeyPairSync('ed25519');
	return {
		private: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
		public: publicKey.export({ type: 'spki', format: 'pem' }) as string,
	};
};

test('build --sign, and what a configured key then loads', async (t) => {
	const ours = keys();
	const cwd = t.testdir({
		p: closing(['exec']),
		'k.pem': ours.private,
		'other.pem': keys().private,
		here: {
			'k.pub': ours.public,
			'sluice.yaml': 'servers: { a: { stdio: { command: x } } }\npolicy: { path: ../b.tar.gz, verifyKey: ./k.pub }\n',
			'folder.yaml': 'servers: { a: { stdio: { command: x } } }\npolicy: { path: ../p, verifyKey: ./k.pub }\n',
		},
		's.session.jsonl': SESSION,
	});
	const here = join(cwd, 'here');
	const build = (file: string, ...more: string[]) => sluice(['build', 'p', '-o', file, ...more], { cwd });
	const signed = await build('b.tar.gz', '--sign', 'k.pem');
	t.match(signed, { code: 0, stdout: /^[0-9a-f]{64}\n$/ });
	t.equal((await build('plain.tar.gz')).stdout, signed.stdout, 'a signature is no part of the revision');
	await build('other.tar.gz', '--sign', 'other.pem', '--key-id', 'them');
	t.match(await build('x.tar.gz', '--sign', 'p/data.json'), { code: 2, stderr: /ERR_SIGNING_KEY/ });

	const session = '../s.session.jsonl';
	t.match(await sluice(['check', 'sluice.yaml'], { cwd: here }), { code: 0 });
	t.equal((await sluice(['check'], { cwd: here })).code, 0);
	const replay = ['replay', session, '--policy'];
	for (const good of ['sluice.yaml', '../b.tar.gz', '../p']) {
		t.match(await sluice([...replay, good], { cwd: here }), { code: /[01]/, stderr: '' }, good);
	}
	for (const [policy, code] of [
		['../plain.tar.gz', 'ERR_BUNDLE_SIGNATURE_MISSING'],
		['../other.tar.gz', 'ERR_BUNDLE_SIGNATURE_WRONG'],
		['folder.yaml', 'ERR_POLICY_UNSIGNED'],
	] as const) {
		t.match(await sluice([...replay, policy], { cwd: here }), { code: 2, stderr: new RegExp(code) }, policy);
		t.match(await sluice(['check', policy], { cwd: here }), { code: 2, stderr: new RegExp(code) }, policy);
	}
	t.match(await sluice(['check', 'b.tar.gz'], { cwd }), { code: 2, stderr: /ERR_BUNDLE_SIGNATURE_UNCHECKED/ });
	t.equal((await sluice(['build', 'folder.yaml', '-o', 'again.tar.gz'], { cwd: here })).stdout, signed.stdout);
});

test('policy status and reload ask the running gateway', async (t) => {
	const cwd = t.testdir({
		'sluice.yaml': `listen: 127.0.0.1:0
admin: 127.0.0.1:0
servers: { box: { stdio: { command: node } } }
policy: { path: ./p, candidate: ./next }
`,
		p: closing(['exec'], { more: { 'more.rego': 'package rules.zone.more\n\nwarn contains "x" if false\n' } }),
		next: closing(['exec', 'read']),
	});
	const child = spawn(process.execPath, [MAIN, 'run'], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
	t.teardown(async () => {
		child.kill('SIGTERM');
		await once(child, 'close');
	});
	const [line] = (await once(child.stdout, 'data')) as [Buffer];
	const admin = / admin=(\S+)/.exec(line.toString())?.[1] ?? '';
	const token = async (role: string) =>
		(await sluice(['token', 'create', '--as', role, '--role', role], { cwd })).stdout.trim();
	const [boss, auditor] = [await token('admin'), await token('auditor')];
	const policy = (what: string, as: string | undefined, gateway = admin) =>
		sluice(['policy', what, '--gateway', gateway], { cwd, ...(as === undefined ? {} : { env: { SLUICE_TOKEN: as } }) });
	const status = await policy('status', auditor);
	t.match(status, { code: 0, stderr: '' });
	const before = JSON.parse(status.stdout);
	t.match(before, {
		version: 1,
		revision: /^[0-9a-f]{64}$/,
		signature: 'none',
		rules: [{ id: 'shell/closed', title: 'Some tools are closed' }, { id: 'zone/more' }],
		candidate: { revision: /^[0-9a-f]{64}$/, since: /^\d{4}-/ },
	});
	t.not(before.revision, before.candidate.revision);
	t.match(await policy('reload', boss), { code: 0, stdout: `unchanged ${before.revision}\n` });
	// a rule that is gone waits for this command; any other change the gateway may have taken by itself first
	rmSync(join(cwd, 'p/more'), { recursive: true });
	const reloaded = await policy('reload', boss);
	t.match(reloaded, { code: 0, stdout: /^loaded [0-9a-f]{64}\n$/ });
	const { revision } = JSON.parse((await policy('status', boss)).stdout);
	t.equal(reloaded.stdout, `loaded ${revision}\n`);
	writeFileSync(join(cwd, 'p/bad.rego'), 'package rules.a.b\n\ndeny contains x if y\n');
	t.match(await policy('reload', boss), { code: 2, stdout: '', stderr: /bad\.rego:3:\d+: [\s\S]*ERR_POLICY_REFUSED/ });
	t.match(JSON.parse((await policy('status', boss)).stdout), { revision, problem: { message: /bad\.rego/ } });

	t.match(await policy('reload', auditor), { code: 2, stderr: /ERR_API_ROLE/ });
	t.match(await policy('status', undefined), { code: 2, stderr: /ERR_TOKEN_MISSING/ });
	t.match(await policy('status', 'wrong'), { code: 2, stderr: /ERR_API_TOKEN_INVALID/ });
	t.match(await policy('status', boss, 'http://127.0.0.1:1'), { code: 3, stderr: /ERR_GATEWAY_UNREACHABLE/ });
	t.match(await policy('status', boss, 'nowhere'), { code: 3, stderr: /ERR_GATEWAY_UNREACHABLE/ });
	const mcp = / mcp=(\S+)/.exec(line.toString())?.[1] ?? '';
	t.match(await policy('status', boss, mcp), { code: 3, stderr: /ERR_GATEWAY_ANSWER/ });
});
