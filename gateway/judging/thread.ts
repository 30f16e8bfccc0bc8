import { parentPort, workerData } from 'node:worker_threads';
import { type JudgePlace, judgesPlaces } from './judge-place.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import { OpenStores } from './open-stores.ts';
import type { PortablePolicy } from './task.ts';
import { receivedError, sentError } from './thread-errors.ts';

/** One thread of a `Team`: judges one place after the other until it is told to end. */
const { task, stop } = workerData as ThreadData;
const stopped = new Int32Array(stop);
const port = parentPort!;
const stores = new OpenStores();
const asked = new Map<string | undefined, PromiseWithResolvers<PortablePolicy>>();

const say = (message: FromThread): void => port.postMessage(message);

function revisions(revision: string | undefined): Promise<PortablePolicy> {
	let answer = asked.get(revision);
	if (answer === undefined) {
		answer = Promise.withResolvers();
		asked.set(revision, answer);
		say({ type: 'asks', revision });
	}
	return answer.promise;
}

function check(): void {
	if (Atomics.load(stopped, 0) !== 0) throw new Error('stopped');
}

let judge: JudgePlace<unknown> | undefined;
let working: Promise<void> = Promise.resolve();

port.on('message', (message: ToThread) => {
	switch (message.type) {
		case 'judge':
			working = work(message);
			return;
		case 'policy':
			asked.get(message.revision)?.resolve(message.policy);
			return;
		case 'no policy':
			asked.get(message.revision)?.reject(receivedError(message.error));
			return;
		case 'end':
			// what is under way ends first: it may be reading; with the port closed nothing keeps the thread
			void working.then(() => stores.close()).finally(() => port.close());
	}
});

async function work({ place, known }: Extract<ToThread, { type: 'judge' }>): Promise<void> {
	try {
		// here, not above: what loading a policy throws is told like everything else
		judge ??= judgesPlaces(task, revisions, (dataDir) => stores.open(dataDir), check);
		say({ type: 'judged', result: (await judge(place, known)) as never });
	} catch (error) {
		say({ type: 'failed', error: sentError(error) });
	}
}
