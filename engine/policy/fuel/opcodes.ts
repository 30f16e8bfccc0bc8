/**
 * What follows an opcode (WebAssembly Core Specification 2.0, §5.4). `refused` is 0, so that a table of bytes refuses
 * what nobody has put there.
 */
export const IMMEDIATE = {
	refused: 0,
	none: 1,
	/** Block type: empty or one value type. */
	block: 2,
	/** One index or one integer of any sign. */
	integer: 3,
	/** A vector of labels and one more. */
	labels: 4,
	/** Alignment and offset. */
	memory: 5,
	/** Index of the memory, which must be 0. */
	zero: 6,
	/** IEEE 754, little endian. */
	bytes4: 7,
	bytes8: 8,
	/** A function index: an edge of the call graph. */
	call: 9,
	/** A type index and a table index: edges to everything in a table. */
	callIndirect: 10,
	/** §5.4.1: a block type, and a place to pay. */
	loop: 11,
	/** A second opcode as a `u32`. */
	prefix: 12,
	/** A label. */
	label: 13,
} as const;

type Kind = (typeof IMMEDIATE)[keyof typeof IMMEDIATE];

/** `[first opcode, what follows each, names of consecutive opcodes]`: §5.4.1 to §5.4.9 and Appendix A.8, one byte. */
const ONE_BYTE: readonly (readonly [number, Kind, string])[] = [
	[0x00, IMMEDIATE.none, 'unreachable nop'],
	[0x02, IMMEDIATE.block, 'block'],
	[0x03, IMMEDIATE.loop, 'loop'],
	[0x04, IMMEDIATE.block, 'if'],
	[0x05, IMMEDIATE.none, 'else'],
	[0x0b, IMMEDIATE.none, 'end'],
	[0x0c, IMMEDIATE.label, 'br br_if'],
	[0x0e, IMMEDIATE.labels, 'br_table'],
	[0x0f, IMMEDIATE.none, 'return'],
	[0x10, IMMEDIATE.call, 'call'],
	[0x11, IMMEDIATE.callIndirect, 'call_indirect'],
	[0x1a, IMMEDIATE.none, 'drop select'],
	[0x20, IMMEDIATE.integer, 'local.get local.set local.tee global.get global.set'],
	[
		0x28,
		IMMEDIATE.memory,
		`i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s i64.load8_u
		i64.load16_s i64.load16_u i64.load32_s i64.load32_u i32.store i64.store f32.store f64.store i32.store8 i32.store16
		i64.store8 i64.store16 i64.store32`,
	],
	[0x3f, IMMEDIATE.zero, 'memory.size memory.grow'],
	[0x41, IMMEDIATE.integer, 'i32.const i64.const'],
	[0x43, IMMEDIATE.bytes4, 'f32.const'],
	[0x44, IMMEDIATE.bytes8, 'f64.const'],
	[
		0x45,
		IMMEDIATE.none,
		'i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u',
	],
	[
		0x50,
		IMMEDIATE.none,
		'i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u',
	],
	[0x5b, IMMEDIATE.none, 'f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge'],
	[
		0x67,
		IMMEDIATE.none,
		`i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor
		i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr`,
	],
	[
		0x79,
		IMMEDIATE.none,
		`i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u i64.and i64.or i64.xor
		i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr`,
	],
	[
		0x8b,
		IMMEDIATE.none,
		`f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt f32.add f32.sub f32.mul f32.div f32.min f32.max
		f32.copysign`,
	],
	[
		0x99,
		IMMEDIATE.none,
		`f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt f64.add f64.sub f64.mul f64.div f64.min f64.max
		f64.copysign`,
	],
	[
		0xa7,
		IMMEDIATE.none,
		`i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u i64.extend_i32_s i64.extend_i32_u
		i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u f32.convert_i32_s f32.convert_i32_u
		f32.convert_i64_s f32.convert_i64_u f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s
		f64.convert_i64_u f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64`,
	],
	[0xc0, IMMEDIATE.none, 'i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s'],
	[0xfc, IMMEDIATE.prefix, 'prefix'],
];

/** What follows the opcodes behind 0xfc that need no length of anything: §5.4.7, saturating truncation. */
const SATURATING =
	'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u';

/** Bulk memory and table instructions behind 0xfc (§5.4.5, §5.4.6): how many indices follow, and whether they take a length. */
export interface BulkInstruction {
	readonly indices: number;
	/** The number of bytes or elements is on top of the operand stack. */
	readonly lengthOnTop: boolean;
}

const BULK = new Map<number, BulkInstruction & { readonly name: string }>([
	[8, { name: 'memory.init', indices: 2, lengthOnTop: true }],
	[9, { name: 'data.drop', indices: 1, lengthOnTop: false }],
	[10, { name: 'memory.copy', indices: 2, lengthOnTop: true }],
	[11, { name: 'memory.fill', indices: 1, lengthOnTop: true }],
	[12, { name: 'table.init', indices: 2, lengthOnTop: true }],
	[13, { name: 'elem.drop', indices: 1, lengthOnTop: false }],
	[14, { name: 'table.copy', indices: 2, lengthOnTop: true }],
]);

/** What the rewriter does not know, by name where a specification has given one: for messages alone. */
const REFUSED: readonly (readonly [number, string])[] = [
	[0x06, 'try catch throw rethrow throw_ref'],
	[0x12, 'return_call return_call_indirect call_ref return_call_ref'],
	[0x18, 'delegate catch_all'],
	[0x1c, 'select-typed'],
	[0x1f, 'try_table'],
	[0x25, 'table.get table.set'],
	[0xd0, 'ref.null ref.is_null ref.func ref.eq ref.as_non_null br_on_null br_on_non_null'],
	[0xfb, 'gc-prefix'],
	[0xfd, 'vector-prefix atomic-prefix'],
];
const REFUSED_PREFIXED: readonly (readonly [number, string])[] = [[15, 'table.grow table.size table.fill']];

/** What follows each opcode of one byte, by opcode. */
export const IMMEDIATES: Uint8Array = tabulate();

/** What the second opcode behind 0xfc asks for; undefined where it is not known. */
export function prefixed(second: number): BulkInstruction | undefined {
	return second < 8 ? { indices: 0, lengthOnTop: false } : BULK.get(second);
}

/** The name of an instruction as in the specification's text format; undefined for one without a name here. */
export function nameOf(opcode: number, second?: number): string | undefined {
	if (opcode !== 0xfc || second === undefined) return NAMES.get(opcode);
	return SATURATING.split(' ')[second] ?? BULK.get(second)?.name ?? namesOf(REFUSED_PREFIXED).get(second);
}

const NAMES = namesOf([...ONE_BYTE.map(([first, , names]) => [first, names] as const), ...REFUSED]);

function tabulate(): Uint8Array {
	const table = new Uint8Array(256);
	for (const [first, kind, names] of ONE_BYTE) table.fill(kind, first, first + names.split(/\s+/).length);
	return table;
}

function namesOf(groups: readonly (readonly [number, string])[]): ReadonlyMap<number, string> {
	return new Map(groups.flatMap(([first, names]) => names.split(/\s+/).map((name, i) => [first + i, name] as const)));
}
