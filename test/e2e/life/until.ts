import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until `look` gives something other than undefined or false; then that. Gives up after ten seconds. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
	for (let tries = 0; tries < 500; tries++) {
		const seen = await look();
		if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
		await pause(20);
	}
	throw new Error(`it never came to this: ${what}`);
}
