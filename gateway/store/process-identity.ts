import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
	readonly pid: number;
	/** When it started, as the system tells it (boot id and clock ticks); null where there is no `/proc`. */
	readonly started: string | null;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
	return { pid: process.pid, started: startOf(process.pid) };
}

/** Whether the process still runs. Without `/proc` a reused process id counts as the same process. */
export function isAlive(identity: ProcessIdentity): boolean {
	try {
		process.kill(identity.pid, 0);
	} catch (error) {
		// EPERM: it runs, as another user.
		if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
	}
	const started = startOf(identity.pid);
	return identity.started === null || started === null || started === identity.started;
}

/** `boot id/start time` of a process (proc_pid_stat(5), field 22), or null. */
function startOf(pid: number): string | null {
	try {
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The name (field 2) is in parentheses and may hold anything, parentheses included: count from the last one.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return `${boot}/${fields[19]}`;
	} catch {
		return null;
	}
}
