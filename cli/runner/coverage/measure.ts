import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import type { Policy } from '../../../engine/policy/load.ts';
import { replay } from '../../../engine/replay.ts';
import type { Shell } from '../../shell.ts';
import { shown } from '../policy-argument.ts';
import { fromFile, type RecordedSession } from '../session-argument.ts';
import { snapshotOf } from '../snapshot.ts';
import { changed } from '../suite.ts';
import { parseSuite } from '../suite-file.ts';
import { type CountedFolder, InstrumentedShelf } from './instrumented.ts';

/** Something that `sluice test` runs: unit tests of a policy (those below `under`), a suite, or a session with a snapshot. */
export interface Executed {
	readonly kind: 'rego' | 'suite' | 'snapshot';
	/** Of a suite or a session. */
	readonly file?: string;
	/** What it is judged with; absent: the default policy. */
	readonly policy: string | undefined;
	readonly under?: string;
}

/**
 * Runs all of it once more with instrumented policies and counts what WebAssembly executes. Verdicts are those of the run
 * before, this one says nothing of them. `wanted`: as for the tests themselves, by name.
 *
 * @throws {SluiceError} when a policy is a bundle, as its Rego has no files here
 */
export async function measure(
	executed: readonly Executed[],
	wanted: (name: string) => boolean,
	compiler: Compiler,
	shell: Shell,
): Promise<readonly CountedFolder[]> {
	const shelf = new InstrumentedShelf(compiler, shell);
	for (const one of executed) {
		if (one.kind === 'rego') await unitTests(one, shelf, wanted);
		else if (one.kind === 'suite') await suite(one.file!, one.policy, shelf, wanted, shell);
		else await snapshot(one.file!, one.policy, shelf, wanted, shell);
	}
	return shelf.folders;
}

async function unitTests({ policy, under }: Executed, shelf: InstrumentedShelf, wanted: (name: string) => boolean) {
	const { of } = await shelf.policy(policy);
	await shelf.tests(policy, (file, name) => {
		const path = join(of.folder, file);
		const within = under === undefined || path === under || !relative(under, path).startsWith(`..${sep}`);
		return within && wanted(name);
	});
}

async function suite(
	file: string,
	policy: string | undefined,
	shelf: InstrumentedShelf,
	wanted: (name: string) => boolean,
	shell: Shell,
): Promise<void> {
	const title = shown(file, shell);
	const { cases, policy: own } = parseSuite(await readFile(file, 'utf8'), title);
	const named = own === undefined ? undefined : resolve(dirname(file), own);
	for (const [i, one] of cases.entries()) {
		if (!wanted(`${title} case ${i + 1} ${one.session}`)) continue;
		const { policy: judge, of } = await shelf.policy(policy ?? named, one.with?.data);
		await count(changed(await fromFile(resolve(dirname(file), one.session), shell), one), judge, of);
	}
}

async function snapshot(
	file: string,
	policy: string | undefined,
	shelf: InstrumentedShelf,
	wanted: (name: string) => boolean,
	shell: Shell,
): Promise<void> {
	if (!wanted(shown(snapshotOf(file), shell))) return;
	const { policy: judge, of } = await shelf.policy(policy);
	await count(await fromFile(file, shell), judge, of);
}

async function count(session: RecordedSession, policy: Policy, of: CountedFolder): Promise<void> {
	for await (const { judgement } of replay(session.header, session.lines(), policy)) {
		if (judgement === undefined) continue;
		of.frames++;
		of.fired.judged(judgement);
	}
}
