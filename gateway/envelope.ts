import { envelopeOf } from '../engine/frame/era.ts';
import type { Frame, Refusal } from '../engine/frame/frame.ts';
import { member } from '../engine/frame/json.ts';
import { RESERVED_META } from '../engine/frame/members.ts';
import { ENVELOPE_REVISIONS, HANDSHAKE_REVISIONS } from './revisions.ts';

/** What a request from 2026-07-28 on says of itself in `_meta`; `clientInfo` may be left out. */
const MEMBERS = ['protocolVersion', 'clientCapabilities'] as const;

/** A refusal that names the revision which was asked for. */
export interface EnvelopeRefusal extends Refusal {
	readonly requested?: string;
}

/**
 * The refusal of a request that says only half of what it must, or that names a revision which the gateway cannot
 * judge: what it does not know could carry frames past the policy. `version`: what its HTTP header names.
 */
export function improperEnvelope(frames: readonly Frame[], version: string | undefined): EnvelopeRefusal | undefined {
	for (const frame of frames) {
		if (frame.kind !== 'request') continue;
		const meta = member(frame.params, '_meta');
		const [protocol, capabilities] = MEMBERS.map((name) => member(meta, `${RESERVED_META}${name}`));
		const claims = protocol !== undefined || capabilities !== undefined;
		if (!claims && (version === undefined || HANDSHAKE_REVISIONS.has(version))) continue;
		if (protocol?.type !== 'string') return incomplete(MEMBERS[0], 'a string');
		if (capabilities?.type !== 'object') return incomplete(MEMBERS[1], 'an object');
		const named = envelopeOf(frame)?.protocol;
		// Headers first: which of the two is meant is not known, so neither is told that it is not spoken here.
		if (named === undefined || (version !== undefined && version !== named)) continue;
		if (!ENVELOPE_REVISIONS.has(named)) {
			return {
				code: 'ERR_PROTOCOL_UNSUPPORTED',
				message: 'this revision is not spoken here, or is one that begins with `initialize`',
				...(/^[\w.-]{1,32}$/.test(named) ? { requested: named } : {}),
			};
		}
	}
	return undefined;
}

function incomplete(name: string, what: string): Refusal {
	return {
		code: 'ERR_ENVELOPE_INCOMPLETE',
		message: `\`_meta\` of every request must have \`${RESERVED_META}${name}\`, ${what}`,
	};
}
