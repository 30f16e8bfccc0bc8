import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from './call.ts';

/** One key for every process of a run, so that a child which did not make a state can read it too. */
const key = 'fixture: not a secret';

/** What a server gives a client to bring back (2026-07-28, `requestState`), signed. */
export function seal(value: string): string {
	const body = Buffer.from(value).toString('base64url');
	return `${body}.${signature(body)}`;
}

/** What was sealed. A state that somebody has changed is refused with -32602. */
export function unseal(state: string): string {
	const [body = '', mac = ''] = state.split('.');
	const expected = Buffer.from(signature(body));
	const given = Buffer.from(mac);
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		throw new Refusal(-32602, 'requestState is not one of ours');
	return Buffer.from(body, 'base64url').toString();
}

function signature(body: string): string {
	return createHmac('sha256', key).update(body).digest('base64url');
}
