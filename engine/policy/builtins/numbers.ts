import type { Value } from '../value/value.ts';
import { bigintOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** More members than this nobody needs, and the module has no room for. */
const LONGEST = 1_000_000n;

/** `numbers.range_step`; `numbers.range` is native. */
export const numbers = {
	'numbers.range_step': (_: unknown, from: Value, to: Value, by: Value) => {
		const [first, last, step] = [bigintOf(from), bigintOf(to), bigintOf(by)];
		if (step <= 0n) throw new BuiltinError('the step must be above 0');
		const distance = first <= last ? last - first : first - last;
		const count = distance / step + 1n;
		if (count > LONGEST) throw new BuiltinError('a range that is too long');
		const move = first <= last ? step : -step;
		return Array.from({ length: Number(count) }, (_, i) => first + BigInt(i) * move);
	},
} satisfies Record<string, Builtin>;
