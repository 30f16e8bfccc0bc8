/** Unix time in ns as `2026-03-01 09:30:00Z`. */
export function spellTime(ns: bigint): string {
	return `${new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** ns since a session's start as seconds: `12.345`. */
export function spellSince(t: number): string {
	return (t / 1e9).toFixed(3);
}
