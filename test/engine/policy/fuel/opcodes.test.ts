import t from 'tap';
import { meter } from '../../../../engine/policy/fuel/meter.ts';
import { nameOf } from '../../../../engine/policy/fuel/opcodes.ts';
import { assemble, F32, I32, I64, run } from './assemble.ts';

/**
 * Every instruction that the rewriter knows, with immediates that look like instructions: 0x03 0x40 is a `loop`.
 * Written from the index of instructions (WebAssembly Core Specification 2.0, Appendix A.8), not from the table.
 */
const KNOWN = new Map<number, readonly number[]>([
	...range(0x00, 0x01),
	[0x02, [0x40, 0x0b]],
	[0x03, [F32, 0x43, 3, 0x40, 3, 0x40, 0x0b]],
	[0x04, [0x40, 0x05, 0x0b]],
	[0x0c, [0]],
	[0x0d, [0]],
	[0x0e, [3, 0, 1, 0x80, 0, 1]],
	...range(0x0f, 0x0f),
	[0x10, [0]],
	[0x11, [0, 0]],
	...range(0x1a, 0x1b),
	...range(0x20, 0x22, 3),
	[0x23, [0]],
	[0x24, [0]],
	...range(0x28, 0x3e, 0, 0x83, 0xc0, 3),
	[0x3f, [0]],
	[0x40, [0]],
	[0x41, [0x83, 0xc0, 0x83, 0xc0, 3]],
	[0x42, [0x83, 0xc0, 0x83, 0xc0, 0x83, 0xc0, 0x83, 0xc0, 0x83, 0]],
	[0x43, [3, 0x40, 3, 0x40]],
	[0x44, [3, 0x40, 3, 0x40, 3, 0x40, 3, 0x40]],
	...range(0x45, 0xc4),
]);
const KNOWN_PREFIXED = new Map<number, readonly number[]>([
	...range(0, 7),
	[8, [3, 0]],
	[9, [3]],
	[10, [0, 0]],
	[11, [0]],
	[12, [0, 0]],
	[13, [0]],
	[14, [0, 0]],
]);

/** The instruction in code that is never reached, so operands of any type are there; then a loop that must be found. */
function around(...instruction: number[]): Uint8Array {
	const unreached = [0x20, 0, 0x04, 0x40, 0x00, ...instruction, 0x00, 0x0b];
	return assemble({
		functions: [{ params: [I32], locals: [[3, I64]], code: [...unreached, 0x03, 0x40, 0x0b] }],
		table: [0],
		data: [0, 1, 2, 3].map(() => [1, 0]),
		sections: [[12, [4]]],
	});
}

t.test('every instruction of MVP, sign extension, saturating truncation and bulk memory passes', async (t) => {
	const all = [
		...[...KNOWN].map(([opcode, immediates]) => [opcode, ...immediates]),
		...[...KNOWN_PREFIXED].map(([opcode, immediates]) => [0xfc, opcode, ...immediates]),
	];
	for (const instruction of all) {
		const wasm = around(...instruction);
		const name = nameOf(instruction[0]!, instruction[1]) ?? 'no name';
		t.ok(WebAssembly.validate(wasm), `${name}: the test itself`);
		const { f, fuel } = run(meter(wasm));
		fuel.value = 10;
		f['f0']!(0);
		const recursive = instruction[0] === 0x10 || instruction[0] === 0x11;
		t.equal(fuel.value, recursive ? 8 : 9, name);
	}
});

t.test('every other opcode is refused', async (t) => {
	for (let opcode = 0; opcode < 256; opcode++) {
		if (KNOWN.has(opcode) || opcode === 0x05 || opcode === 0x0b || opcode === 0xfc) continue;
		const refused = ['ERR_MODULE_OPCODE', 'ERR_MODULE_MALFORMED'];
		for (const immediates of [[], [0], [0, 0]]) {
			t.throws(
				() => meter(around(opcode, ...immediates)),
				{ code: new RegExp(refused.join('|')) },
				opcode.toString(16),
			);
		}
	}
	for (let second = 15; second < 256; second++) {
		const encoded = second < 128 ? [second] : [(second & 0x7f) | 0x80, 1];
		t.throws(() => meter(around(0xfc, ...encoded, 0)), { code: /^ERR_MODULE_(OPCODE|MALFORMED)$/ }, `fc ${second}`);
	}
});

t.test('names are those of the text format', async (t) => {
	const names: readonly (readonly [string, number, number?])[] = [
		['unreachable', 0x00],
		['call_indirect', 0x11],
		['global.set', 0x24],
		['i32.load', 0x28],
		['i64.store32', 0x3e],
		['memory.grow', 0x40],
		['f64.const', 0x44],
		['i32.eqz', 0x45],
		['f64.ge', 0x66],
		['i32.rotr', 0x78],
		['i64.rotr', 0x8a],
		['f32.copysign', 0x98],
		['f64.copysign', 0xa6],
		['f64.reinterpret_i64', 0xbf],
		['i64.extend32_s', 0xc4],
		['i64.trunc_sat_f64_u', 0xfc, 7],
		['table.copy', 0xfc, 14],
	];
	for (const [name, opcode, second] of names) t.equal(nameOf(opcode, second), name);
	t.equal(nameOf(0xff), undefined);
});

function range(first: number, last: number, ...immediates: number[]): [number, readonly number[]][] {
	return Array.from({ length: last - first + 1 }, (_, i) => [first + i, immediates]);
}
