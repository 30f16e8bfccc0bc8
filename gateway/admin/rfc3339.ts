/** Unix time in ns as RFC 3339, to the millisecond. */
export function rfc3339(ns: bigint): string {
	return new Date(Number(ns / 1_000_000n)).toISOString();
}
