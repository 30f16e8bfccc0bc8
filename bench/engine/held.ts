import { memoryAfterCollecting } from '../../test/engine/policy/collect.ts';

/** What a process holds once what nobody needs is gone, bytes. */
export interface Held {
	readonly rss: number;
	/** JavaScript's objects. */
	readonly heap: number;
}

/** What this one holds. */
export function held(): Held {
	memoryAfterCollecting();
	const { rss, heapUsed } = process.memoryUsage();
	return { rss, heap: heapUsed };
}
