import type { Place } from './place.ts';
import { until } from './until.ts';

interface Listed {
	readonly id: string;
	readonly state: string;
}

/** Approvals as the CLI lists them, newest first. */
async function approvals(place: Place): Promise<Listed[]> {
	const { stdout, stderr } = await place.sluice(['approvals', 'list']);
	if (stdout === '') throw new Error(stderr);
	return (JSON.parse(stdout) as { approvals: Listed[] }).approvals;
}

/** The newest ticket that waits, once there is one. */
export function pendingTicket(place: Place): Promise<string> {
	return until('a call is held', async () => (await approvals(place)).find(({ state }) => state === 'pending')?.id);
}

/** The ticket that an answer to a held call names. */
export function ticketIn(text: string): string | undefined {
	return /ticket ([0-9a-z]{12})/.exec(text)?.[1];
}
