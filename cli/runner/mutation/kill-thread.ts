import { parentPort, workerData } from 'node:worker_threads';
import { MutantTests, type TracedTest } from '../../../engine/policy/mutation/unit-tests.ts';
import { killsOf, type PackageMutants } from './kills.ts';

/** What a thread is told when it starts. */
export interface KillSetup {
	readonly module: WebAssembly.Module;
	readonly data: Readonly<Record<string, unknown>>;
	readonly entrypoint: string;
	readonly nowNs: bigint;
	readonly traced: readonly TracedTest[];
}

const { module, data, entrypoint, nowNs, traced } = workerData as KillSetup;
const runner = new MutantTests(module, data, entrypoint, nowNs);

parentPort!.on('message', (work: PackageMutants) => parentPort!.postMessage(killsOf(work, traced, runner)));
