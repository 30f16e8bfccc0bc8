import { isUtf8 } from 'node:buffer';
import type { Splice } from '../mask/splice.ts';

/**
 * The one splice that turns `received` into `delivered`, for recordings that give only both texts: everything between
 * their common beginning and their common end, widened to whole UTF-8 characters. Undefined when they are equal, or
 * when what stands between is not UTF-8.
 */
export function spliceBetween(received: Buffer, delivered: Buffer): Splice | undefined {
	const shorter = Math.min(received.length, delivered.length);
	let start = 0;
	while (start < shorter && received[start] === delivered[start]) start++;
	if (start === received.length && start === delivered.length) return undefined;
	while (start > 0 && (isContinuation(received[start]) || isContinuation(delivered[start]))) start--;
	let tail = 0;
	while (tail < shorter - start && received[received.length - 1 - tail] === delivered[delivered.length - 1 - tail])
		tail++;
	while (tail > 0 && isContinuation(received[received.length - tail])) tail--;
	const replacement = delivered.subarray(start, delivered.length - tail);
	if (!isUtf8(replacement)) return undefined;
	return { start, end: received.length - tail, replacement: replacement.toString('utf8'), pointer: '', what: 'edited' };
}

/** true for the second and later bytes of a UTF-8 character (RFC 3629 §3). */
function isContinuation(byte: number | undefined): boolean {
	return byte !== undefined && (byte & 0xc0) === 0x80;
}
