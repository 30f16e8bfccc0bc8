/** The one source of time in the shell; tests inject their own. */
export interface Clock {
	/** Unix time, ns. */
	now(): bigint;
	/** Calls `fn` once after `ms`; the returned function takes it back. Does not keep the process alive by itself. */
	after(ms: number, fn: () => void): () => void;
}

export const systemClock: Clock = {
	// performance.now() follows the monotonic clock from a wall-clock origin: it never steps back within a process.
	now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n,
	after(ms, fn) {
		const timer = setTimeout(fn, ms);
		timer.unref();
		return () => clearTimeout(timer);
	},
};
