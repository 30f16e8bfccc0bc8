import type { FrameLimits } from '../../engine/frame/frame.ts';
import { readFrames } from '../../engine/frame/read.ts';
import type { Caller, Rejection } from '../transport/types.ts';
import { type Admitted, type Identity, scopesMissing } from './identify.ts';

/**
 * Where a server asks for more scopes for some methods: why this frame may not go on with the caller's token. What
 * cannot be read as a frame is no matter of scopes; the gate refuses it.
 */
export function stepUp(
	who: Admitted,
	caller: Caller,
	bytes: Buffer,
	identity: Identity,
	limits: FrameLimits,
): Rejection | undefined {
	if (identity.scopes?.byMethod(caller.server) !== true) return undefined;
	const read = readFrames(bytes, { limits, batches: true });
	if (!read.ok) return undefined;
	const methods = read.frames.flatMap(({ method }) => (method === undefined ? [] : [method]));
	return scopesMissing(who, caller, identity, methods);
}
