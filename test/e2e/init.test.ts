import { realpathSync } from 'node:fs';
import { test } from 'tap';
import { ask, connect } from './life/agent.ts';
import { Place } from './life/place.ts';
import { PLANTED } from './life/policy.ts';
import { rejudge } from './life/record.ts';
import { stdioServer } from './life/servers.ts';

test('init makes a folder in which everything is clean, and a gateway that works', async (t) => {
	const place = new Place(t, { servers: { unused: stdioServer('memory') } });
	const made = await place.sluice(['init', 'mine']);
	t.match(made, { code: 0 }, made.stderr);
	const cwd = `${place.folder}/mine`;
	const there = (...args: string[]) => place.sluice(args, { cwd });

	const [check, tests] = await Promise.all([there('check'), there('test')]);
	t.match(check, { code: 0, stdout: /0 errors, 0 warnings/ }, check.stdout);
	t.match(tests, { code: 0, stdout: /\b0 failed/ }, tests.stdout.slice(-500));

	// The ports and the server of the real configuration, so that the test needs neither luck nor network.
	const config = place.read('mine/sluice.yaml');
	const { command, args } = stdioServer('filesystem', ['./shared']).stdio;
	const ours = config
		.replaceAll(/127\.0\.0\.1:707\d/g, '127.0.0.1:0')
		.replace(/command: npx, args: \[.*?\]/, `command: ${JSON.stringify(command)}, args: ${JSON.stringify(args)}`);
	t.ok(ours.includes(command) && ours.includes('127.0.0.1:0'));
	place.write('mine/sluice.yaml', ours);
	place.write('mine/shared/notes.txt', `the key is ${PLANTED}\n`);
	const doctor = await there('doctor');
	t.match(doctor, { code: 0 }, doctor.stdout);
	t.notMatch(doctor.stdout, '✗');

	const gateway = await place.run(cwd);
	const agent = await connect(t, `${gateway.mcp}/mcp/files`);
	const notes = realpathSync(`${cwd}/shared/notes.txt`);
	t.equal(await ask(agent, 'read_text_file', { path: notes }), 'the key is [masked:secret/github-token]\n');
	t.match(await ask(agent, 'read_text_file', { path: `${cwd}/../sluice.yaml` }), /files\/outside_roots|denied/i);
	await agent.close();
	t.strictSame(await gateway.end('SIGTERM'), [0, null]);
	t.match(await there('doctor'), { code: 0 }, 'also after it has run');
	await rejudge(t, place, cwd);
});

test('every profile is clean', async (t) => {
	const place = new Place(t, { servers: { unused: stdioServer('memory') } });
	for (const profile of ['starter', 'strict', 'observe']) {
		t.match(await place.sluice(['init', profile, '--profile', profile]), { code: 0 });
		const check = await place.sluice(['check'], { cwd: `${place.folder}/${profile}` });
		t.match(check, { code: 0, stdout: /0 errors, 0 warnings/ }, `${profile}: ${check.stdout}`);
	}
	t.match(await place.sluice(['init', 'strict']), { code: 2, stdout: '', stderr: /ERR_INIT_EXISTS/ });
});
