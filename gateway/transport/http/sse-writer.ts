import type { SseMeta } from '../types.ts';

const LF = 10;
const CR = 13;
const end = Buffer.from('\n\n');
const messageHead = Buffer.from('event: message\ndata: ');

/** The gateway's own comment: constant, so that nothing can be smuggled into it. */
export const keepAliveComment: Buffer = Buffer.from(': keep-alive\n\n');

/**
 * One frame as a server-sent event (WHATWG HTML §9.2.6), its bytes untouched. A JSON text has line breaks only
 * between tokens; should it have one, the data goes over several `data:` lines, as the standard has it, so that
 * nothing in a frame can ever begin a field or an event of its own.
 */
export function sseEvent(bytes: Buffer, meta?: SseMeta): Buffer {
	const head = meta === undefined ? messageHead : Buffer.from(`event: message\n${fields(meta)}data: `);
	if (bytes.indexOf(LF) < 0 && bytes.indexOf(CR) < 0) return Buffer.concat([head, bytes, end]);
	const parts: Buffer[] = [head];
	const next = Buffer.from('\ndata: ');
	let from = 0;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i];
		if (byte !== LF && byte !== CR) continue;
		parts.push(bytes.subarray(from, i), next);
		if (byte === CR && bytes[i + 1] === LF) i++;
		from = i + 1;
	}
	parts.push(bytes.subarray(from), end);
	return Buffer.concat(parts);
}

/** An event that is framing only: its id or retry, and empty data (MCP 2025-11-25, "Resumability": priming event). */
export function sseFraming(meta: SseMeta): Buffer {
	return Buffer.from(`${fields(meta)}data: \n\n`);
}

/** `id` and `retry` as fields. Ids that are not 1–256 visible ASCII are left out (contract §6). */
function fields(meta: SseMeta): string {
	let text = '';
	if (meta.id !== undefined && isEventId(meta.id)) text += `id: ${meta.id}\n`;
	if (meta.retry !== undefined && Number.isSafeInteger(meta.retry) && meta.retry >= 0) text += `retry: ${meta.retry}\n`;
	return text;
}

/** Is this an event id that may cross the gateway? */
export function isEventId(id: string): boolean {
	return /^[\x21-\x7e]{1,256}$/.test(id);
}
