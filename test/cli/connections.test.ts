import { test } from 'tap';
import { sluice } from './spawn.ts';

const CONFIG = JSON.stringify({
	servers: {
		safe: {
			http: {
				url: 'https://mcp.example.com/mcp',
				auth: {
					clientCredentials: {
						issuer: 'https://idp.example.com',
						clientId: 'sluice',
						clientSecret: { env: 'CLIENT_SECRET_OF_THIS_TEST' },
					},
				},
			},
		},
	},
	policy: { path: 'p' },
});

test('connections: none yet, and none by that id', async (t) => {
	const cwd = t.testdir();
	await sluice(['token', 'create', '--as', 'ana', '--role', 'agent', '--store', 'store'], { cwd });
	const listed = await sluice(['connections', 'list', '--store', 'store'], { cwd });
	t.match(listed, { code: 0, stderr: '' });
	t.strictSame(JSON.parse(listed.stdout), { version: 1, connections: [] });
	t.match(await sluice(['connections', 'remove', 'nothing', '--store', 'store'], { cwd }), {
		code: 2,
		stdout: '',
		stderr: /ERR_CONNECTION_UNKNOWN/,
	});
	t.match(await sluice(['connections', 'list', '--store', 'none'], { cwd }), { code: 2, stderr: /ERR_STORE_MISSING/ });
});

test('a client secret that is not there is found before anybody calls', async (t) => {
	const cwd = t.testdir({ 'sluice.yaml': CONFIG, p: {} });
	const doctor = await sluice(['doctor'], { cwd });
	t.match(`${doctor.stdout}${doctor.stderr}`, /auth\.clientCredentials\.clientSecret/);
	t.not(doctor.code, 0);
	const printed = await sluice(['config', 'print'], { cwd, env: { CLIENT_SECRET_OF_THIS_TEST: 'planted-secret' } });
	t.match(printed.stdout, /env: CLIENT_SECRET_OF_THIS_TEST/);
	t.notMatch(printed.stdout, 'planted-secret');
});
