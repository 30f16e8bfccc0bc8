import { sizeOfUnsigned, writeUnsigned } from './leb.ts';
import {
	type Purse,
	sizeOfEntry,
	sizeOfIteration,
	sizeOfLength,
	sizeOfReload,
	writeEntry,
	writeIteration,
	writeLength,
	writeReload,
} from './payment.ts';
import type { Body } from './scan.ts';

/** A declaration of two locals of type i32 (WebAssembly Core Specification 2.0, §5.5.13). */
const TWO_I32 = [0x02, 0x7f];

/** A body with what it pays. */
export interface MeteredBody {
	readonly body: Body;
	readonly purse: Purse;
	readonly paysAtEntry: boolean;
	/** Where a loop must learn what is left: before it, and behind calls inside of it that may have paid. */
	readonly reloads: readonly number[];
}

/** Whether the function needs no change. */
function isFree({ body, paysAtEntry }: MeteredBody): boolean {
	return !paysAtEntry && body.loops.length === 0 && body.bulks.length === 0;
}

/** What is put in front of the instruction at `at`. */
interface Insertion {
	readonly at: number;
	readonly write: (target: Uint8Array, at: number, purse: Purse) => number;
}

/** In their order; at one place an iteration pays before anything else. */
function insertions({ body: { loops, bulks }, reloads }: MeteredBody): readonly Insertion[] {
	return [
		...loops.map((at) => ({ at, write: writeIteration })),
		...reloads.map((at) => ({ at, write: writeReload })),
		...bulks.map((at) => ({ at, write: writeLength })),
	].sort((a, b) => a.at - b.at);
}

/** Bytes of the metered body without the size in front of it. */
export function sizeOfBody(metered: MeteredBody): number {
	const { body, purse, paysAtEntry, reloads } = metered;
	const { localGroups, localsAt, end, loops, bulks } = body;
	if (isFree(metered)) return sizeOfUnsigned(localGroups) + end - localsAt;
	return (
		sizeOfUnsigned(localGroups + 1) +
		TWO_I32.length +
		(end - localsAt) +
		(paysAtEntry ? sizeOfEntry(purse) : 0) +
		loops.length * sizeOfIteration(purse) +
		reloads.length * sizeOfReload(purse) +
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
	for (const { at: offset, write } of insertions(metered)) {
		copyUpTo(offset);
		to = write(target, to, purse);
	}
	copyUpTo(body.end);
	return to;
}
