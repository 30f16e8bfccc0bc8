import { BuiltinError } from '../types.ts';
import { decodeBase64 } from './bytes.ts';

export interface PemBlock {
	readonly type: string;
	readonly bytes: Buffer;
}

const END = '\n-----END ';
const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/**
 * The first PEM block of `data` and what follows it, as Go's `pem.Decode` finds it; `undefined` if there is none. Text
 * here has one character a byte.
 */
export function decodePem(data: string): { readonly block: PemBlock; readonly rest: string } | undefined {
	let rest = data;
	let after = 0;
	for (;;) {
		if (after < 0 || after > rest.length) return undefined;
		rest = rest.slice(after);
		let end = rest.indexOf(END);
		if (end < 0) return undefined;
		after = end + END.length;
		// The last BEGIN before the END counts, so one without an END is skipped.
		const begin = rest.slice(0, end).lastIndexOf(BEGIN);
		if (begin < 0 || (begin > 0 && rest[begin - 1] !== '\n')) continue;

		const typeLine = lineOf(rest.slice(begin + BEGIN.length));
		let skipped = begin + BEGIN.length + typeLine.length;
		if (!typeLine.text.endsWith(DASHES)) {
			rest = rest.slice(skipped);
			after -= skipped;
			continue;
		}
		const headers = headersOf(rest.slice(skipped));
		if (headers === undefined) return undefined;
		skipped += headers.length;
		rest = rest.slice(skipped);
		after -= skipped;
		end -= skipped;
		if (headers.count > 0 && end < 0) continue;

		const type = typeLine.text.slice(0, -DASHES.length);
		if (!rest.startsWith(type + DASHES, after)) continue;
		if (lineOf(rest.slice(after + type.length + DASHES.length)).text !== '') continue;
		const bytes = end > 0 ? decoded(rest.slice(0, end)) : Buffer.alloc(0);
		if (bytes === undefined) continue;
		const last = rest.slice(end + END.length - 1);
		return { block: { type, bytes }, rest: last.slice(lineOf(last).length) };
	}
}

/** Every block from the start of `data` on. */
export function pemBlocks(data: string): PemBlock[] {
	const blocks: PemBlock[] = [];
	for (let found = decodePem(data); found !== undefined; found = decodePem(found.rest)) blocks.push(found.block);
	return blocks;
}

/** The first line without white space at its end, and its length with everything. */
function lineOf(data: string): { readonly text: string; readonly length: number } {
	const newline = data.indexOf('\n');
	let end = newline < 0 ? data.length : newline;
	if (newline > 0 && data[newline - 1] === '\r') end--;
	while (end > 0 && (data[end - 1] === ' ' || data[end - 1] === '\t')) end--;
	return { text: data.slice(0, end), length: newline < 0 ? data.length : newline + 1 };
}

/** Lines with a colon; `undefined` if nothing follows them. */
function headersOf(data: string): { readonly count: number; readonly length: number } | undefined {
	let count = 0;
	for (let length = 0; length < data.length; count++) {
		const line = lineOf(data.slice(length));
		if (!line.text.includes(':')) return { count, length };
		length += line.length;
	}
	return undefined;
}

function decoded(text: string): Buffer | undefined {
	try {
		return decodeBase64(text.replace(/[ \t]/g, ''));
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}
