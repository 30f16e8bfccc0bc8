import { createHash } from 'node:crypto';
import { print } from '../value/print.ts';
import { RegoObject, type Value } from '../value/value.ts';
import { int64Of, textOf } from './operands.ts';
import type { Builtin, BuiltinContext } from './types.ts';

/** Built-ins whose answer would differ from run to run: here they follow from the recorded frame (contract §2). */
export const facts = {
	'time.now_ns': (context: BuiltinContext) => context.nowNs,
	'opa.runtime': () => new RegoObject([]),
	trace: () => true,
	'rand.intn': (context: BuiltinContext, key: Value, n: Value) => {
		const purpose = textOf(key);
		const size = int64Of(n);
		if (size === 0n) return 0;
		const range = size < 0n ? -size : size;
		return bytes(context, `intn/${purpose}/${range}`).readBigUInt64BE(0) % range;
	},
	'uuid.rfc4122': (context: BuiltinContext, key: Value) => {
		const raw = bytes(context, `uuid/${typeof key === 'string' ? key : print(key)}`);
		raw[6] = (raw[6]! & 0x0f) | 0x40;
		raw[8] = (raw[8]! & 0x3f) | 0x80;
		const hex = raw.subarray(0, 16).toString('hex');
		return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
	},
} satisfies Record<string, Builtin>;

function bytes(context: BuiltinContext, purpose: string): Buffer {
	return createHash('sha256').update(`${context.seed}/${purpose}`).digest();
}
