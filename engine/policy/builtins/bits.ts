import type { Value } from '../value/value.ts';
import { bigintOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** OPA would shift further, until it has no memory left. A longer number no module has room for. */
const MOST_BITS = 1_000_000n;

/** `bits.*` on integers of any size, in two's complement: the module's own take some fractions for integers. */
export const bits = {
	'bits.and': (_: unknown, a: Value, b: Value) => bigintOf(a) & bigintOf(b),
	'bits.or': (_: unknown, a: Value, b: Value) => bigintOf(a) | bigintOf(b),
	'bits.xor': (_: unknown, a: Value, b: Value) => bigintOf(a) ^ bigintOf(b),
	'bits.negate': (_: unknown, a: Value) => ~bigintOf(a),
	'bits.lsh': (_: unknown, a: Value, by: Value) => {
		const [number, shift] = [bigintOf(a), shiftOf(by)];
		if (number !== 0n && shift > MOST_BITS) throw new RangeError('a shift that is too far');
		return number === 0n ? number : number << shift;
	},
	'bits.rsh': (_: unknown, a: Value, by: Value) => {
		const [number, shift] = [bigintOf(a), shiftOf(by)];
		return shift > MOST_BITS ? (number < 0n ? -1n : 0n) : number >> shift;
	},
} satisfies Record<string, Builtin>;

function shiftOf(by: Value): bigint {
	const shift = bigintOf(by);
	if (shift < 0n) throw new BuiltinError('a shift must not be negative');
	return BigInt.asUintN(64, shift);
}
