import { type Change, sizeWith, writeWith } from './change.ts';
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
import { copiesOf, unrolled } from './unroll.ts';

/** A declaration of two locals of type i32 (WebAssembly Core Specification 2.0, §5.5.13). */
const TWO_I32 = [0x02, 0x7f];

/** A body with what it pays. */
export interface MeteredBody {
	readonly body: Body;
	readonly purse: Purse;
	readonly paysAtEntry: boolean;
	/** What changes in its instructions, ascending. */
	readonly changes: readonly Change[];
}

/**
 * What a body is to pay. `reloads`: where a loop must learn what is left, before it and behind calls inside of it that
 * may have paid.
 */
export function meterBody(
	source: Uint8Array,
	body: Body,
	purse: Purse,
	paysAtEntry: boolean,
	reloads: readonly number[],
): MeteredBody {
	const pay = (at: number, size: number, write: (target: Uint8Array, to: number, purse: Purse) => number): Change => ({
		at,
		behind: at,
		size,
		write: (target, to) => write(target, to, purse),
	});
	const copied = body.loops.filter((loop) => copiesOf(loop) > 1);
	// At one place an iteration pays before anything else.
	const plain = [
		...body.loops
			.filter((loop) => copiesOf(loop) === 1)
			.map(({ from }) => pay(from, sizeOfIteration(purse), writeIteration)),
		...reloads.map((at) => pay(at, sizeOfReload(purse), writeReload)),
		...body.bulks.map((at) => pay(at, sizeOfLength(purse), writeLength)),
	].sort((a, b) => a.at - b.at);
	const loops = copied.map((loop) => {
		const inner = plain.filter(({ at }) => at >= loop.from && at <= loop.end);
		return unrolled(source, loop, purse, inner);
	});
	const outer = plain.filter(({ at }) => !copied.some(({ from, end }) => at >= from && at <= end));
	return { body, purse, paysAtEntry, changes: [...outer, ...loops].sort((a, b) => a.at - b.at) };
}

/** Whether the function needs no change. */
function isFree({ changes, paysAtEntry }: MeteredBody): boolean {
	return !paysAtEntry && changes.length === 0;
}

/** Bytes of the metered body without the size in front of it. */
export function sizeOfBody(metered: MeteredBody): number {
	const { body, purse, paysAtEntry, changes } = metered;
	const { localGroups, localsAt, end } = body;
	if (isFree(metered)) return sizeOfUnsigned(localGroups) + end - localsAt;
	return (
		sizeOfUnsigned(localGroups + 1) +
		TWO_I32.length +
		(paysAtEntry ? sizeOfEntry(purse) : 0) +
		sizeWith(localsAt, end, changes)
	);
}

/** Writes the body, its size first, as `source` has it but for the payments. Returns the offset behind it. */
export function writeBody(target: Uint8Array, at: number, source: Uint8Array, metered: MeteredBody): number {
	const { body, purse, paysAtEntry, changes } = metered;
	const { localGroups, localsAt, codeAt, end } = body;
	let to = writeUnsigned(target, at, sizeOfBody(metered));
	if (isFree(metered)) {
		to = writeUnsigned(target, to, localGroups);
		return writeWith(target, to, source, localsAt, end, []);
	}
	to = writeUnsigned(target, to, localGroups + 1);
	to = writeWith(target, to, source, localsAt, codeAt, []);
	// Behind all others, so that no index moves.
	target.set(TWO_I32, to);
	to += TWO_I32.length;
	if (paysAtEntry) to = writeEntry(target, to, purse);
	return writeWith(target, to, source, codeAt, end, changes);
}
