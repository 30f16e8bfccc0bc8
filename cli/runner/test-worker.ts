import { parentPort, workerData } from 'node:worker_threads';
import { SluiceError } from '../../engine/error.ts';
import { systemClock } from '../../gateway/clock.ts';
import { processShell } from '../shell.ts';
import { startCompiler } from './policy-argument.ts';
import { policyShelf } from './policy-shelf.ts';
import { type JobRequest, runJob } from './test-job.ts';
import type { Job } from './test-plan.ts';

/** What a thread is told when it starts. */
export interface WorkerSetup {
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly request: JobRequest;
}

const { cwd, env, request } = workerData as WorkerSetup;
const shell = { ...processShell(systemClock), cwd, env, progress: () => {} };
// only started for a policy that nobody compiled before
const { compiler, close } = startCompiler(shell);
const shelf = policyShelf(compiler, shell);

parentPort!.on('message', async (job: Job | undefined) => {
	if (job === undefined) {
		await close();
		parentPort!.close();
		return;
	}
	try {
		parentPort!.postMessage({ group: (await runJob(job, request, compiler, shelf, shell)).group });
	} catch (error) {
		const { message, code, help } = error as SluiceError;
		parentPort!.postMessage(error instanceof SluiceError ? { message, code, help } : { message });
	}
});
