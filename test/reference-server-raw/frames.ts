import type { Params } from '../reference-server/call.ts';
import { Refusal } from '../reference-server/call.ts';

/** What this server speaks with `initialize`, newest first. */
export const legacyRevisions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

/** What it speaks without. */
export const modernRevision = '2026-07-28';

/** A member of 2026-07-28's envelope in `_meta`. */
export const reserved = (name: string) => `io.modelcontextprotocol/${name}`;

/** A JSON-RPC request or, without an id, a notification. */
export interface Request {
	readonly jsonrpc: '2.0';
	readonly id?: string | number;
	readonly method: string;
	readonly params?: Params;
}

/** A JSON-RPC answer. */
export interface Response {
	readonly jsonrpc: '2.0';
	readonly id: string | number;
	readonly result?: Params;
	readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A frame as it was parsed; undefined: no JSON object. */
export function parse(text: string): Request | Response | undefined {
	try {
		const frame = JSON.parse(text);
		return typeof frame === 'object' && frame !== null && !Array.isArray(frame) ? frame : undefined;
	} catch {
		return undefined;
	}
}

/** Which of the two a frame is. */
export const isRequest = (frame: Request | Response): frame is Request => 'method' in frame;

/** `params._meta`. */
export function metaOf({ params }: Request): Params {
	return (params?.['_meta'] ?? {}) as Params;
}

/** Is this frame of 2026-07-28 or later? */
export const isModern = (frame: Request) => reserved('protocolVersion') in metaOf(frame);

/** The answer to `id`. */
export function success(id: string | number, result: Params): Response {
	return { jsonrpc: '2.0', id, result };
}

/** The error answer to `id`. */
export function failure(id: string | number | null, error: unknown): Response {
	const { code, message, data } =
		error instanceof Refusal ? error : new Refusal(-32603, error instanceof Error ? error.message : String(error));
	return { jsonrpc: '2.0', id: id as string, error: { code, message, ...(data === undefined ? {} : { data }) } };
}

/** A notification. */
export function notification(method: string, params: Params): Request {
	return { jsonrpc: '2.0', method, params };
}
