import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds once what nobody needs is gone, bytes. */
export interface Held {
	readonly rss: number;
	/** JavaScript's objects. */
	readonly heap: number;
}

/**
 * What this one holds. An ordinary collection leaves V8 the room for young objects that it has taken, which doubles
 * now and then in a long run (up to some 130 MiB) and holds nothing: only the last resort gives it back.
 */
export function held(): Held {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as (options: object) => void;
	for (let i = 0; i < 2; i++) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
	const { rss, heapUsed } = process.memoryUsage();
	return { rss, heap: heapUsed };
}
