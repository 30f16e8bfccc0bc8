import { sizeOfUnsigned, writeUnsigned } from './leb.ts';

/** `i32.const 0`, `i32.lt_s`, `if`, `unreachable`, `end` (WebAssembly Core Specification 2.0, §5.4). */
const TRAP_BELOW_ZERO = [0x41, 0x00, 0x48, 0x04, 0x40, 0x00, 0x0b];

/** 64 bytes of a bulk instruction cost a unit: about what a loop copies in an iteration or two. */
const BYTES_SHIFT = 6;

/**
 * Iterations of a function's loops are counted in a local, and paid for so many at a time: the global is far away, and a
 * loop that reads a text has one iteration a byte. A power of two.
 */
export const STRIDE = 8;

/** Which global holds the fuel, and which two locals of the function are ours. */
export interface Purse {
	readonly fuel: number;
	/** Ours for a moment. */
	readonly local: number;
	/** Counts iterations. */
	readonly count: number;
}

/** Bytes that `writeUnits` writes. */
function sizeOfUnits({ fuel, local }: Purse): number {
	return 6 + 2 * sizeOfUnsigned(fuel) + 2 * sizeOfUnsigned(local) + TRAP_BELOW_ZERO.length + 1;
}

/** Takes `units` (below 64) and traps below 0. Leaves the operand stack as it is. A local, because reading the global back costs more. */
function writeUnits(target: Uint8Array, at: number, { fuel, local }: Purse, units: number): number {
	let to = at;
	target[to++] = 0x23; // global.get
	to = writeUnsigned(target, to, fuel);
	target[to++] = 0x41; // i32.const
	target[to++] = units;
	target[to++] = 0x6b; // i32.sub
	target[to++] = 0x22; // local.tee
	to = writeUnsigned(target, to, local);
	target[to++] = 0x24; // global.set
	to = writeUnsigned(target, to, fuel);
	target[to++] = 0x20; // local.get
	to = writeUnsigned(target, to, local);
	target.set(TRAP_BELOW_ZERO, to);
	return to + TRAP_BELOW_ZERO.length;
}

/** Bytes that `writeEntry` writes. */
export const sizeOfEntry: (purse: Purse) => number = sizeOfUnits;

/** One unit for the entry of a function. */
export function writeEntry(target: Uint8Array, at: number, purse: Purse): number {
	return writeUnits(target, at, purse, 1);
}

/** Bytes that `writeIteration` writes. */
export function sizeOfIteration(purse: Purse): number {
	return 12 + 2 * sizeOfUnsigned(purse.count) + sizeOfUnits(purse);
}

/** Counts an iteration; each `STRIDE`th pays for them all. */
export function writeIteration(target: Uint8Array, at: number, purse: Purse): number {
	let to = at;
	target[to++] = 0x20; // local.get
	to = writeUnsigned(target, to, purse.count);
	target[to++] = 0x41; // i32.const 1
	target[to++] = 0x01;
	target[to++] = 0x6a; // i32.add
	target[to++] = 0x22; // local.tee
	to = writeUnsigned(target, to, purse.count);
	target[to++] = 0x41; // i32.const
	target[to++] = STRIDE - 1;
	target[to++] = 0x71; // i32.and
	target[to++] = 0x45; // i32.eqz
	target[to++] = 0x04; // if
	target[to++] = 0x40;
	to = writeUnits(target, to, purse, STRIDE);
	target[to++] = 0x0b; // end
	return to;
}

/** Bytes that `writeLength` writes. */
export function sizeOfLength({ fuel, local }: Purse): number {
	return 9 + 3 * sizeOfUnsigned(fuel) + 2 * sizeOfUnsigned(local) + TRAP_BELOW_ZERO.length;
}

/**
 * Takes a unit for each 64 of the length on top of the stack, which stays there, and traps below 0. At most 2^26
 * units, so fuel that was not below 0 does not wrap.
 */
export function writeLength(target: Uint8Array, at: number, { fuel, local }: Purse): number {
	let to = at;
	target[to++] = 0x22; // local.tee
	to = writeUnsigned(target, to, local);
	target[to++] = 0x23; // global.get
	to = writeUnsigned(target, to, fuel);
	target[to++] = 0x20; // local.get
	to = writeUnsigned(target, to, local);
	target[to++] = 0x41; // i32.const
	target[to++] = BYTES_SHIFT;
	target[to++] = 0x76; // i32.shr_u
	target[to++] = 0x6b; // i32.sub
	target[to++] = 0x24; // global.set
	to = writeUnsigned(target, to, fuel);
	target[to++] = 0x23; // global.get
	to = writeUnsigned(target, to, fuel);
	target.set(TRAP_BELOW_ZERO, to);
	return to + TRAP_BELOW_ZERO.length;
}
