import type { Clock } from '../../../gateway/clock.ts';

/** A clock that stands until a test moves it. */
export interface ManualClock extends Clock {
	/** Moves on by `ms`, calling what falls due. */
	advance(ms: number): void;
}

export function manualClock(start = 1_760_000_000_000_000_000n): ManualClock {
	let now = start;
	const timers = new Set<{ readonly due: bigint; readonly fn: () => void }>();
	return {
		now: () => now,
		after(ms, fn) {
			const timer = { due: now + BigInt(ms) * 1_000_000n, fn };
			timers.add(timer);
			return () => timers.delete(timer);
		},
		advance(ms) {
			now += BigInt(ms) * 1_000_000n;
			for (const timer of [...timers]) {
				if (timer.due > now || !timers.delete(timer)) continue;
				timer.fn();
			}
		},
	};
}
