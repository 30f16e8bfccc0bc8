import { test } from 'tap';
import { run } from '../../cli/program.ts';
import { quietShell } from './shell.ts';

test('what fails because somebody pressed Ctrl-C is not told as an error', async (t) => {
	const said: string[] = [];
	const shell = { ...quietShell(t.testdir({})), err: (text: string) => said.push(text) };
	t.equal(await run(['check', 'nothing-here'], shell), 2);
	t.match(said.join(''), /ERR_POLICY_MISSING/);
	said.length = 0;
	t.equal(await run(['check', 'nothing-here'], { ...shell, stopped: AbortSignal.abort() }), 130);
	t.strictSame(said, []);
});
