/**
 * One replacement of bytes. Splices of a frame are sorted by `start` and do not overlap; everything outside
 * them leaves the gateway exactly as it came.
 */
export interface Splice {
	/** Byte offsets into the received frame, `end` exclusive. */
	readonly start: number;
	readonly end: number;
	/** The bytes that stand there instead, as UTF-8 text. */
	readonly replacement: string;
	/** JSON Pointer of the leaf that was changed. */
	readonly pointer: string;
	/**
	 * Detector type, or `path` for a mask by path; `list`: a tool that is not listed, `cache-scope`: a scope that became
	 * private, `line-break`: of the wire.
	 */
	readonly what: string;
}

/** Whether it hides a value: the others change bytes for reasons of their own. */
export function hides({ what }: Pick<Splice, 'what'>): boolean {
	return what !== 'line-break' && what !== 'list' && what !== 'cache-scope';
}

/** `bytes` with `splices` applied. The input is not touched. */
export function splice(bytes: Buffer, splices: readonly Splice[]): Buffer {
	if (splices.length === 0) return bytes;
	const parts: Buffer[] = [];
	let at = 0;
	for (const s of splices) {
		parts.push(bytes.subarray(at, s.start), Buffer.from(s.replacement, 'utf8'));
		at = s.end;
	}
	parts.push(bytes.subarray(at));
	return Buffer.concat(parts);
}
