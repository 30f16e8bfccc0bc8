import { sizeOfUnsigned, writeUnsigned } from './leb.ts';

/** `i32.const 0`, `i32.lt_s`, `if`, `unreachable`, `end` (WebAssembly Core Specification 2.0, §5.4). */
const TRAP_BELOW_ZERO = [0x41, 0x00, 0x48, 0x04, 0x40, 0x00, 0x0b];

/** 64 bytes of a bulk instruction cost a unit: about what a loop copies in an iteration or two. */
const BYTES_SHIFT = 6;

/** Which global holds the fuel, and which local of the function is ours. */
export interface Purse {
	readonly fuel: number;
	readonly local: number;
}

/** Bytes that `writeUnit` writes. */
export function sizeOfUnit({ fuel, local }: Purse): number {
	return 6 + 2 * sizeOfUnsigned(fuel) + 2 * sizeOfUnsigned(local) + TRAP_BELOW_ZERO.length + 1;
}

/**
 * Takes one unit and traps below 0. Leaves the operand stack as it is. A local, because reading the global back
 * costs more.
 */
export function writeUnit(target: Uint8Array, at: number, { fuel, local }: Purse): number {
	let to = at;
	target[to++] = 0x23; // global.get
	to = writeUnsigned(target, to, fuel);
	target[to++] = 0x41; // i32.const 1
	target[to++] = 0x01;
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
