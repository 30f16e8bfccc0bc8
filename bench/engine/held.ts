import { memoryAfterCollecting } from '../../test/engine/policy/collect.ts';

/** What a process holds once what nobody needs is gone, bytes. */
export interface Held {
	readonly rss: number;
	/** Of that, JavaScript's heap and what hangs on it. */
	readonly reachable: number;
}

/** What this one holds. */
export function held(): Held {
	const reachable = memoryAfterCollecting();
	return { reachable, rss: process.memoryUsage.rss() };
}
