import { type Change, sizeWith, writeWith } from './change.ts';
import { sizeOfUnsigned, writeUnsigned } from './leb.ts';
import { type Purse, sizeOfIteration, writeIteration } from './payment.ts';
import type { Label, Loop } from './scan.ts';

const BLOCK = 0x02;
const LOOP = 0x03;
const BR = 0x0c;
const END = 0x0b;
const EMPTY = 0x40;

/**
 * Up to so many bytes of instructions an iteration is about as short as the payment, and four for one unit cost a
 * third of it; longer ones gain as much from two, and beyond that a module would grow for nothing.
 */
const SHORT = 160;
const LONG = 640;

/** How often the body of a loop is written, which then pays once for so many iterations; 1: it stays as it is. */
export function copiesOf({ innermost, from, end }: Loop): number {
	const bytes = end - from;
	if (!innermost || bytes > LONG) return 1;
	return bytes > SHORT ? 2 : 4;
}

/**
 * The loop with several copies of its body, which pays once a round. `inner`: what changes in each copy.
 *
 * What `loop t A end` becomes is, for two copies, `block t loop t PAY block A br 2 end A end end`: a branch back in a
 * copy is one to the end of its block, where the next copy begins; who falls out of a copy leaves the outer block.
 * Labels of what is further out count the blocks that came between.
 */
export function unrolled(source: Uint8Array, loop: Loop, purse: Purse, inner: readonly Change[]): Change {
	const { at, from, end } = loop;
	const copies = copiesOf(loop);
	const type = source.subarray(at + 1, from);
	const [first, last] = [within(loop, inner, 2), within(loop, inner, 1)];
	const early = 2 + sizeWith(from, end, first) + 3;
	return {
		at,
		behind: end + 1,
		size: 2 * (1 + type.length) + sizeOfIteration(purse) + (copies - 1) * early + sizeWith(from, end, last) + 2,
		write: (target, start) => {
			let to = start;
			for (const opcode of [BLOCK, LOOP]) {
				target[to++] = opcode;
				target.set(type, to);
				to += type.length;
			}
			to = writeIteration(target, to, purse);
			for (let copy = 1; copy < copies; copy++) {
				target[to++] = BLOCK;
				target[to++] = EMPTY;
				to = writeWith(target, to, source, from, end, first);
				target[to++] = BR;
				target[to++] = 2;
				target[to++] = END;
			}
			to = writeWith(target, to, source, from, end, last);
			target[to++] = END;
			target[to++] = END;
			return to;
		},
	};
}

/** The changes in a copy that stands `further` blocks deeper, in their order. */
function within({ outward }: Loop, inner: readonly Change[], further: number): readonly Change[] {
	return [...inner, ...outward.map((label) => deeper(label, further))].sort((a, b) => a.at - b.at);
}

function deeper({ at, behind, depth }: Label, further: number): Change {
	const label = depth + further;
	return { at, behind, size: sizeOfUnsigned(label), write: (target, to) => writeUnsigned(target, to, label) };
}
