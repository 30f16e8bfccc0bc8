import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Shell } from '../shell.ts';
import { shown } from './policy-argument.ts';
import { runSnapshot, snapshotOf } from './snapshot.ts';
import type { Fixture } from './suite.ts';
import { parseSuite } from './suite-file.ts';

/** A session file with its snapshot; it is judged by `policy`, else by that of the suite beside it. */
export async function snapshotFixture(file: string, policy: string | undefined, shell: Shell): Promise<Fixture> {
	return {
		name: shown(snapshotOf(file), shell),
		policy: policy ?? (await policyBeside(file, shell)),
		run: async (judge) => (await runSnapshot(file, judge, false, shell)).items,
	};
}

/** The policy of the suite that lies in the same folder. */
export async function policyBeside(session: string, shell: Shell): Promise<string | undefined> {
	const folder = resolve(session, '..');
	const file = join(folder, 'suite.yaml');
	if (!existsSync(file)) return undefined;
	const { policy } = parseSuite(await readFile(file, 'utf8'), shown(file, shell));
	return policy === undefined ? undefined : resolve(folder, policy);
}
