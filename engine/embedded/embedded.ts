import type { Correlated } from '../correlate.ts';
import type { InputFrame } from '../input/build.ts';
import type { Place } from '../mask/place.ts';
import type { AskedRequest } from '../session/asked.ts';

/** A frame that stands in another one, as it is judged. */
export interface Embedded {
	readonly frame: InputFrame;
	readonly place: Place;
	/** Of a request within a result: what its answer will be found by. */
	readonly asked?: AskedRequest;
}

/** Something stands in a frame that cannot be judged, so the frame is denied. */
export interface Unjudgeable {
	readonly code: 'ERR_EMBEDDED_SHAPE' | 'ERR_EMBEDDED_TASK' | 'ERR_LIMIT_EMBEDDED' | 'ERR_LIMIT_LISTED_TOOLS';
	/** Without anything of the frame. */
	readonly message: string;
}

/** Thrown while a frame is searched, and caught by who asked for that. Not an `Error`: see `frame/refusal.ts`. */
export class EmbeddedRefused {
	readonly why: Unjudgeable;

	constructor(code: Unjudgeable['code'], message: string) {
		this.why = { code, message };
	}
}

/** What a frame inside another one takes from it: who speaks, and when. */
export function circumstances(carrier: Correlated): Partial<InputFrame> & { readonly embeddedIn: string } {
	const { protocol, client, countedAt, ahead, tool } = carrier;
	return {
		embeddedIn: carrier.method,
		...(protocol === undefined ? {} : { protocol }),
		...(client === undefined ? {} : { client }),
		...(countedAt === undefined ? {} : { countedAt, countedTool: tool?.name }),
		...(ahead === undefined ? {} : { ahead }),
	};
}
