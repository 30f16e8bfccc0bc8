import type { Frame, Kind, Party } from '../frame/frame.ts';
import type { Label } from '../policy/judgement.ts';
import type { AskedRequest } from './asked.ts';
import type { CalledTool, ClientIdentity, PendingRequest } from './types.ts';

/** What one frame does to the facts, decided by its own verdict at its `seq` (contract §1, *Order*). */
export interface Effect {
	readonly seq: number;
	readonly t: number;
	readonly frame: Frame;
	readonly from: Party;
	readonly kind: Kind;
	readonly method?: string;
	readonly params?: Buffer;
	readonly tool?: CalledTool;
	/** See `PendingRequest`. */
	readonly protocol?: string;
	readonly client?: ClientIdentity;
	readonly labels: readonly Label[];
	/** The policy denied it. */
	readonly denied: boolean;
	/** It counts as a call: not denied, and (when judged again) not held where the recording did not let it go. */
	readonly counts: boolean;
	/** It is on its way to the other party, so an answer may come. A held request is not, until it is released. */
	readonly goesOn: boolean;
	/** The request that this frame answers. */
	readonly answers?: PendingRequest;
	/** The task that it makes of that request. */
	readonly task?: string;
	/** What it asks for, to be answered within another frame. */
	readonly asks?: readonly AskedRequest[];
}

/** Which revision is spoken, and who the client says it is. */
export interface Spoken {
	readonly protocol?: string;
	readonly client?: ClientIdentity;
}
