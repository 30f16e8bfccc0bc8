import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { StoreApprovalBroker } from '../../gateway/approvals/store-broker.ts';
import { systemClock } from '../../gateway/clock.ts';
import { bindMasterKey } from '../../gateway/record/bind-master-key.ts';
import { defaultMasterKeyPath, loadMasterKey } from '../../gateway/record/master-key.ts';
import { openStore } from '../../gateway/store/store.ts';
import { sluice } from './spawn.ts';

/** A store with requests of `bot` for ana that wait, as a gateway would leave them. */
async function waiting(dataDir: string, count: number): Promise<string[]> {
	const store = await openStore(dataDir);
	const master = loadMasterKey(defaultMasterKeyPath(dataDir));
	await bindMasterKey(store, master);
	const box = master.textBox('approvals');
	const broker = new StoreApprovalBroker(store, { clock: systemClock, timeoutNs: 6e11, grantNs: 6e11, box });
	const ids: string[] = [];
	for (let i = 0; i < count; i++) {
		const { approval } = await broker.request({
			principal: { id: 'bot', kind: 'agent', issuer: 'sluice', groups: [], scopes: [], human: 'ana', claims: {} },
			server: 'files',
			method: 'tools/call',
			tool: 'delete_file',
			paramsDigest: `digest-${i}`,
			session: 's',
			seq: i + 1,
			demands: [{ rule: 'files/destructive', message: 'a human must look', approvers: [], quorum: 1 }],
			shown: `{"path":"/tmp/${i}"}`,
		});
		ids.push(approval.id);
	}
	broker.close();
	await store.close();
	return ids;
}

test('approvals: list, show, and votes with their exit codes', async (t) => {
	const cwd = t.testdir();
	const [one, two] = await waiting(`${cwd}/store`, 2);
	const place = ['--store', 'store'];
	const token = async (...args: string[]) =>
		(await sluice(['token', 'create', ...args, ...place], { cwd })).stdout.trim();
	const ana = await token('--as', 'ana', '--role', 'approver');
	const ben = await token('--as', 'ben', '--role', 'approver');
	const auditor = await token('--as', 'cem', '--role', 'auditor');
	const agent = await token('--as', 'bot', '--role', 'agent');
	const as = (secret: string, ...args: string[]) =>
		sluice(['approvals', ...args, ...place], { cwd, env: { SLUICE_TOKEN: secret } });

	const list = await sluice(['approvals', 'list', '--state', 'pending', ...place], { cwd });
	const { approvals } = JSON.parse(list.stdout);
	t.match(new Set(approvals.map(({ id }: { id: string }) => id)), new Set([one, two]));
	t.match(approvals[0], { state: 'pending', tool: 'delete_file', requester: { id: 'bot', human: 'ana' } });
	t.notMatch(list.stdout, '/tmp/', 'a list does not show arguments');
	const shown = await sluice(['approvals', 'show', one!, ...place], { cwd });
	t.equal(JSON.parse(shown.stdout).arguments, '{"path":"/tmp/0"}');

	t.match(await sluice(['approvals', 'approve', one!, ...place], { cwd }), { code: 2, stderr: /ERR_TOKEN_MISSING/ });
	t.match(
		await as(ana, 'approve', one!),
		{ code: 1, stdout: '', stderr: /ERR_APPROVAL_SELF/ },
		'nobody approves for themselves',
	);
	t.match(await as(auditor, 'approve', one!), { code: 1, stderr: /ERR_APPROVAL_ROLE/ });
	t.match(await as(agent, 'list'), { code: 2, stderr: /ERR_APPROVAL_ROLE/ });
	t.match(await as('slc_wrong', 'list'), { code: 2, stderr: /ERR_TOKEN_INVALID/ });
	t.match(await as(ben, 'approve', 'nothere'), { code: 2, stderr: /ERR_APPROVAL_UNKNOWN/ });
	t.match(await as(ben, 'approve', one!, '--reason', 'fine'), { code: 0, stdout: `${one} approved\n` });
	t.match(await as(ben, 'deny', one!), { code: 1, stderr: /ERR_APPROVAL_DECIDED/ });
	t.match(await as(ben, 'deny', two!), { code: 0, stdout: `${two} denied\n` });
});

test('watch writes one JSON line for each that waits, and Ctrl-C ends it with 130', async (t) => {
	const cwd = t.testdir();
	const [id] = await waiting(`${cwd}/store`, 1);
	const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
	const child = spawn(process.execPath, [main, 'approvals', 'watch', '--store', 'store'], {
		cwd,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [line] = (await once(child.stdout, 'data')) as [Buffer];
	t.match(JSON.parse(line.toString()), { id, state: 'pending' });
	child.kill('SIGINT');
	t.strictSame(await once(child, 'close'), [130, null]);
});
