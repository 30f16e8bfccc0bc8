import { sizeOfUnsigned, writeUnsigned } from './leb.ts';
import {
	type Purse,
	sizeOfEntry,
	sizeOfIteration,
	sizeOfLength,
	writeEntry,
	writeIteration,
	writeLength,
} from './payment.ts';
import type { Body } from './scan.ts';

/** A declaration of two locals of type i32 (WebAssembly Core Specification 2.0, §5.5.13). */
const TWO_I32 = [0x02, 0x7f];

/** A body with what it pays. */
export interface MeteredBody {
	readonly body: Body;
	readonly purse: Purse;
	readonly paysAtEntry: boolean;
}

/** Whether the function needs no change. */
function isFree({ body, paysAtEntry }: MeteredBody): boolean {
	return !paysAtEntry && body.loops.length === 0 && body.bulks.length === 0;
}

/** Bytes of the metered body without the size in front of it. */
export function sizeOfBody(metered: MeteredBody): number {
	const { body, purse, paysAtEntry } = metered;
	const { localGroups, localsAt, end, loops, bulks } = body;
	if (isFree(metered)) return sizeOfUnsigned(localGroups) + end - localsAt;
	return (
		sizeOfUnsigned(localGroups + 1) +
		TWO_I32.length +
		(end - localsAt) +
		(paysAtEntry ? sizeOfEntry(purse) : 0) +
		loops.length * sizeOfIteration(purse) +
		bulks.length * sizeOfLength(purse)
	);
}

/** Writes the body, its size first, as `source` has it but for the payments. Returns the offset behind it. */
export function writeBody(target: Uint8Array, at: number, source: Uint8Array, metered: MeteredBody): number {
	const { body, purse, paysAtEntry } = metered;
	let to = writeUnsigned(target, at, sizeOfBody(metered));
	let from = body.localsAt;
	const copyUpTo = (offset: number): void => {
		target.set(source.subarray(from, offset), to);
		to += offset - from;
		from = offset;
	};
	if (isFree(metered)) {
		to = writeUnsigned(target, to, body.localGroups);
		copyUpTo(body.end);
		return to;
	}
	to = writeUnsigned(target, to, body.localGroups + 1);
	copyUpTo(body.codeAt);
	// Behind all others, so that no index moves.
	target.set(TWO_I32, to);
	to += TWO_I32.length;
	if (paysAtEntry) to = writeEntry(target, to, purse);
	let bulk = 0;
	for (const loop of [...body.loops, body.end]) {
		for (; bulk < body.bulks.length && body.bulks[bulk]! < loop; bulk++) {
			copyUpTo(body.bulks[bulk]!);
			to = writeLength(target, to, purse);
		}
		copyUpTo(loop);
		if (loop < body.end) to = writeIteration(target, to, purse);
	}
	return to;
}
