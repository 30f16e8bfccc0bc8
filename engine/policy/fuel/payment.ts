import { sizeOfUnsigned, writeUnsigned } from './leb.ts';

/** `i32.const 0`, `i32.lt_s`, `if`, `unreachable`, `end` (WebAssembly Core Specification 2.0, §5.4). */
const TRAP_BELOW_ZERO = [0x41, 0x00, 0x48, 0x04, 0x40, 0x00, 0x0b];

/** 64 bytes of a bulk instruction cost a unit: about what a loop copies in an iteration or two. */
const BYTES_SHIFT = 6;

/** Which global holds the fuel, and which two locals of the function are ours. */
export interface Purse {
	readonly fuel: number;
	/**
	 * In a function with loops the same as the global, as long as no call comes between: reading the global back at each
	 * iteration costs more.
	 */
	readonly left: number;
	/** Ours for a moment. */
	readonly scratch: number;
}

/** Bytes that `writeEntry` writes. */
export function sizeOfEntry(purse: Purse): number {
	return 1 + sizeOfUnsigned(purse.fuel) + sizeOfTake(purse);
}

/** Takes one unit at the entry of a function. */
export function writeEntry(target: Uint8Array, at: number, purse: Purse): number {
	target[at] = 0x23; // global.get
	return writeTake(target, writeUnsigned(target, at + 1, purse.fuel), purse);
}

/** Bytes that `writeReload` writes. */
export function sizeOfReload({ fuel, left }: Purse): number {
	return 2 + sizeOfUnsigned(fuel) + sizeOfUnsigned(left);
}

/** Brings the local up to date. */
export function writeReload(target: Uint8Array, at: number, { fuel, left }: Purse): number {
	target[at] = 0x23; // global.get
	const to = writeUnsigned(target, at + 1, fuel);
	target[to] = 0x21; // local.set
	return writeUnsigned(target, to + 1, left);
}

/** Bytes that `writeIteration` writes. */
export function sizeOfIteration(purse: Purse): number {
	return 1 + sizeOfUnsigned(purse.left) + sizeOfTake(purse);
}

/** Takes one unit for an iteration; the local is up to date. */
export function writeIteration(target: Uint8Array, at: number, purse: Purse): number {
	target[at] = 0x20; // local.get
	return writeTake(target, writeUnsigned(target, at + 1, purse.left), purse);
}

function sizeOfTake(purse: Purse): number {
	return 3 + sizeOfKeep(purse);
}

/** Takes one unit from what is on top of the stack. */
function writeTake(target: Uint8Array, at: number, purse: Purse): number {
	let to = at;
	target[to++] = 0x41; // i32.const 1
	target[to++] = 0x01;
	target[to++] = 0x6b; // i32.sub
	return writeKeep(target, to, purse);
}

function sizeOfKeep({ fuel, left }: Purse): number {
	return 3 + sizeOfUnsigned(fuel) + 2 * sizeOfUnsigned(left) + TRAP_BELOW_ZERO.length;
}

/** Keeps what is on top of the stack as what is left, and traps below 0. */
function writeKeep(target: Uint8Array, at: number, { fuel, left }: Purse): number {
	let to = at;
	target[to++] = 0x22; // local.tee
	to = writeUnsigned(target, to, left);
	target[to++] = 0x24; // global.set
	to = writeUnsigned(target, to, fuel);
	target[to++] = 0x20; // local.get
	to = writeUnsigned(target, to, left);
	target.set(TRAP_BELOW_ZERO, to);
	return to + TRAP_BELOW_ZERO.length;
}

/** Bytes that `writeLength` writes. */
export function sizeOfLength(purse: Purse): number {
	return 7 + sizeOfUnsigned(purse.fuel) + 2 * sizeOfUnsigned(purse.scratch) + sizeOfKeep(purse);
}

/**
 * Takes a unit for each 64 of the length on top of the stack, which stays there, and traps below 0. At most 2^26
 * units, so fuel that was not below 0 does not wrap.
 */
export function writeLength(target: Uint8Array, at: number, purse: Purse): number {
	let to = at;
	target[to++] = 0x22; // local.tee
	to = writeUnsigned(target, to, purse.scratch);
	target[to++] = 0x23; // global.get
	to = writeUnsigned(target, to, purse.fuel);
	target[to++] = 0x20; // local.get
	to = writeUnsigned(target, to, purse.scratch);
	target[to++] = 0x41; // i32.const
	target[to++] = BYTES_SHIFT;
	target[to++] = 0x76; // i32.shr_u
	target[to++] = 0x6b; // i32.sub
	return writeKeep(target, to, purse);
}
