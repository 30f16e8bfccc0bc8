import { parentPort, workerData } from 'node:worker_threads';
import { openCompiler } from '../../engine/policy/locate-compiler.ts';
import { compileFamily, type ReadyCase } from './compiled.ts';
import type { Family } from './families.ts';
import type { Outcome } from './outcome.ts';
import { runCase } from './run-case.ts';

/** What a worker is asked: the cases of a family, from the one with this number on. */
export interface Task {
	readonly family: Family;
	readonly from: number;
}

/** What it says: the cases that it is going to run, the outcome of each in that order, the end. */
export type Said =
	| { readonly type: 'cases'; readonly cases: readonly Pick<ReadyCase, 'file' | 'id' | 'query' | 'input'>[] }
	| { readonly type: 'outcome'; readonly outcome: Outcome }
	| { readonly type: 'end' }
	| { readonly type: 'error'; readonly message: string };

const { cacheDir } = workerData as { cacheDir: string };
const compiler = openCompiler({ env: process.env, cacheDir });
const say = (said: Said): void => parentPort?.postMessage(said);

parentPort?.on('message', (task: Task) => {
	run(task).then(
		() => say({ type: 'end' }),
		(error: unknown) => say({ type: 'error', message: error instanceof Error ? error.message : String(error) }),
	);
});

async function run({ family, from }: Task): Promise<void> {
	const ready = await compileFamily(family, compiler, cacheDir);
	const cases = ready.cases.slice(from);
	say({
		type: 'cases',
		cases: cases.map(({ file, id, query, input }) => ({ file, id, query, ...(input && { input }) })),
	});
	for (const each of cases) say({ type: 'outcome', outcome: runCase(each, ready.entrypoint) });
}
