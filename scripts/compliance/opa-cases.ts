import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMPILER_SOURCES } from '../../engine/policy/locate-compiler.ts';

const run = promisify(execFile);
const OPA = 'github.com/open-policy-agent/opa';

/**
 * The folder of OPA's own v1 cases in the module that `engine/compiler/go.mod` pins, fetched by Go when it is not
 * there. Throws with Go's words when there is no Go or no module.
 */
export async function opaCases(): Promise<string> {
	const folder = async (): Promise<string> =>
		(await run('go', ['list', '-m', '-f', '{{.Dir}}', OPA], { cwd: COMPILER_SOURCES })).stdout.trim();
	let dir = await folder();
	if (dir === '') {
		await run('go', ['mod', 'download', OPA], { cwd: COMPILER_SOURCES });
		dir = await folder();
	}
	if (dir === '') throw new Error(`Go has no folder for ${OPA}`);
	return join(dir, 'v1/test/cases/testdata/v1');
}
