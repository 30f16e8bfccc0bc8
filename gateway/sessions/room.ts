import type { RecordingHeader } from '../../engine/recording/lines.ts';
import type { Principal } from '../../engine/session/types.ts';
import type { Rejection } from '../transport/types.ts';
import type { SessionLimits } from './options.ts';

/** As much of a session as the limits look at. */
export type Place = Pick<RecordingHeader, 'principal' | 'server'>;

/** A principal is (issuer, id). */
export function samePrincipal(a: Principal, b: Principal): boolean {
	return a.issuer === b.issuer && a.id === b.id;
}

/** No more of this kind at once? Then the refusal. `taken`: the sessions that there are, and those that are being opened. */
export function full(
	{ principal, server }: Place,
	taken: readonly Place[],
	limits: SessionLimits,
): Rejection | undefined {
	const mine = taken.filter((place) => samePrincipal(place.principal, principal)).length;
	if (mine >= limits.sessionsPerPrincipal) {
		return {
			status: 429,
			code: 'ERR_LIMIT_SESSIONS',
			message: `this principal has ${mine} sessions open, which is the limit`,
		};
	}
	const children = taken.filter((place) => place.server.transport === 'stdio').length;
	if (server.transport !== 'stdio' || children < limits.children) return undefined;
	return {
		status: 429,
		code: 'ERR_LIMIT_CHILDREN',
		message: `${children} server processes run, which is the limit`,
	};
}
