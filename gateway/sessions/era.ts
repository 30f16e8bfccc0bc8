import { envelopeOf } from '../../engine/frame/era.ts';
import type { FrameLimits } from '../../engine/frame/frame.ts';
import { RESERVED_META } from '../../engine/frame/members.ts';
import { readFrames } from '../../engine/frame/read.ts';
import type { TransportKind } from '../../engine/session/types.ts';
import { ENVELOPE_REVISIONS, HANDSHAKE_REVISIONS } from '../revisions.ts';

/** Most frames without an envelope do not have these bytes; one with an escape in them is found by the gate, as a contradiction of its headers. */
const NEEDLE = Buffer.from(`${RESERVED_META}protocolVersion`);

/**
 * Which sessions does a POST belong to: those of the revisions that begin with `initialize`, or those that are derived?
 * Its frame says so by its envelope, its header alone where it has none. `unknown`: a revision that nobody speaks, and no
 * envelope that could be asked.
 */
export function eraOf(
	bytes: Buffer,
	version: string | undefined,
	limits: FrameLimits,
): 'handshake' | 'envelope' | 'unknown' {
	if (version !== undefined && ENVELOPE_REVISIONS.has(version)) return 'envelope';
	if (bytes.includes(NEEDLE)) {
		const read = readFrames(bytes, { limits, batches: true });
		if (read.ok && read.frames.some((frame) => envelopeOf(frame) !== undefined)) return 'envelope';
	}
	return version === undefined || HANDSHAKE_REVISIONS.has(version) ? 'handshake' : 'unknown';
}

/** Does a request carry its own envelope, or an answer belong to one that does? (MCP 2026-07-28 on) */
export function isModern({ protocol }: { readonly protocol?: string }): boolean {
	return protocol !== undefined;
}

/** A request whose answer is a stream that stays open for as long as somebody listens (MCP 2026-07-28, subscriptions). */
export function isSubscription({ method, protocol }: { readonly method: string; readonly protocol?: string }): boolean {
	return method === 'subscriptions/listen' && protocol !== undefined;
}

/**
 * A request by which a client finds out whether a server on a pipe or socket is of this era at all. Over HTTP an older one
 * says so with a 4xx and no error of this era (MCP 2026-07-28, "Backward Compatibility"); on a pipe by any error, by
 * silence, or by ending.
 */
export function probes(
	{ method, protocol }: { readonly method: string; readonly protocol?: string },
	upstream: TransportKind,
): boolean {
	return method === 'server/discover' && protocol !== undefined && upstream !== 'http';
}
