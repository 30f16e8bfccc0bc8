/** What go-yaml v3 takes an unquoted scalar for: YAML 1.2's core schema and some of 1.1. */
export type Scalar =
	| { readonly tag: 'null' | 'merge' | 'timestamp' }
	| { readonly tag: 'bool'; readonly value: boolean }
	| { readonly tag: 'int'; readonly value: bigint }
	| { readonly tag: 'float'; readonly value: number }
	| { readonly tag: 'str' };

const STR: Scalar = { tag: 'str' };
const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
	...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, { tag: 'null' }] as const),
	...['true', 'True', 'TRUE'].map((word) => [word, { tag: 'bool', value: true }] as const),
	...['false', 'False', 'FALSE'].map((word) => [word, { tag: 'bool', value: false }] as const),
	...['.nan', '.NaN', '.NAN'].map((word) => [word, { tag: 'float', value: Number.NaN }] as const),
	...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, infinite(1)] as const),
	...['-.inf', '-.Inf', '-.INF'].map((word) => [word, infinite(-1)] as const),
]);

function infinite(sign: number): Scalar {
	return { tag: 'float', value: sign * Number.POSITIVE_INFINITY };
}

/** `text` as a plain scalar without a tag. */
export function resolve(text: string): Scalar {
	const word = WORDS.get(text);
	if (word !== undefined) return word;
	if (/^\.\d/.test(text)) return floating(text);
	if (!/^[-+\d]/.test(text)) return STR;
	if (isTimestamp(text)) return { tag: 'timestamp' };
	const plain = text.replaceAll('_', '');
	return integer(plain) ?? floating(plain);
}

/** Decimal, or after `0x`, `0b`, `0o` or just `0` in that base; 64 bits, of which those above int64 have no sign. */
function integer(text: string): Scalar | undefined {
	const m = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/.exec(text);
	if (m === null || text.length > 80) return undefined;
	const [, sign, hex, binary, octal, decimal = ''] = m;
	const size = BigInt(
		hex !== undefined
			? `0x${hex}`
			: binary !== undefined
				? `0b${binary}`
				: octal !== undefined
					? `0o${octal}`
					: decimal,
	);
	const value = sign === '-' ? -size : size;
	const limit = sign === '' ? 2n ** 64n : 2n ** 63n;
	return value < limit && value >= -(2n ** 63n) ? { tag: 'int', value } : undefined;
}

function floating(text: string): Scalar {
	if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) return STR;
	const value = Number(text);
	return Number.isFinite(value) ? { tag: 'float', value } : STR;
}

/** `2001-12-14`, with a time after a space, or with a time and its zone after a `T`, as Go's `time.Parse` reads them. */
export function isTimestamp(text: string): boolean {
	const m =
		/^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d)))|(?: (\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?))?$/.exec(
			text,
		);
	if (m === null) return false;
	const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
	const [hour, minute, second] = [m[4] ?? m[9] ?? '0', m[5] ?? m[10] ?? '0', m[6] ?? m[11] ?? '0'].map(Number);
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
	return exists && hour! < 24 && minute! < 60 && second! < 60 && Number(m[7] ?? 0) <= 24 && Number(m[8] ?? 0) <= 60;
}
