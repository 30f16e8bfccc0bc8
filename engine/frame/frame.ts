import type { JsonNode, JsonObject } from './json.ts';

/** Who sent a frame. */
export type Party = 'client' | 'server';

/** What a JSON-RPC 2.0 message is (specification §4, §5). */
export type Kind = 'request' | 'notification' | 'result' | 'error';

/** The protocol revisions of the Model Context Protocol that a session can speak. */
export type Revision = '2024-11-05' | '2025-03-26' | '2025-06-18' | '2025-11-25' | '2026-07-28';

/** One JSON-RPC message with the offsets of its parts. */
export interface Frame {
	/** The bytes of the whole wire frame; every offset points into these. */
	readonly bytes: Buffer;
	readonly root: JsonObject;
	readonly kind: Kind;
	/**
	 * The id as a JSON token (`1` and `"1"` are two ids; `"a"` and `"\\u0061"` are one, spelled the first way).
	 * Absent on notifications, and on errors about something that their sender could not read.
	 */
	readonly id?: string;
	/** Requests and notifications only; of an answer it is known after correlation. */
	readonly method?: string;
	/** The value of `params`, `result` or `error`, if the message has one. */
	readonly params?: JsonNode;
	readonly result?: JsonNode;
	readonly error?: JsonNode;
	/** Byte offsets of `\uD8xx` escapes in string values that have no partner: policy sees U+FFFD there (6 bytes each). */
	readonly loneSurrogates: readonly number[];
}

/** What came in one piece from a wire: a message, or a 2025-03-26 batch of them. */
export type Scanned =
	| { readonly ok: true; readonly batch: boolean; readonly frames: readonly Frame[] }
	| { readonly ok: false; readonly refusal: Refusal };

/** Why the gateway would not even judge a frame. Codes are stable and listed in `docs/errors.md`. */
export interface Refusal {
	/** `ERR_FRAME_…` */
	readonly code: string;
	/** In the user's words, without any value from the frame but names of members. */
	readonly message: string;
	/** Byte offset of the place, if there is one. */
	readonly offset?: number;
}

/** Bounds of one frame (contract §4 `limits`). */
export interface FrameLimits {
	/** bytes */
	readonly frame: number;
	/** nesting levels */
	readonly depth: number;
	/** object members and array items together */
	readonly keys: number;
}
