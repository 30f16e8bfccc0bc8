import { readFileSync } from 'node:fs';

/** Ticks a second, as /proc counts CPU time on every Linux that Node runs on. */
const TICKS = 100;

/** CPU that process `pid` has used so far, µs (user and system); undefined where /proc is not there. */
export function cpuOf(pid: number): number | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The name of the program stands in parentheses and may hold spaces.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS;
	} catch {
		return undefined;
	}
}
