import { SluiceError } from '../error.ts';

const UNIT_NS: Readonly<Record<string, bigint>> = {
	ms: 1_000_000n,
	s: 1_000_000_000n,
	m: 60_000_000_000n,
	h: 3_600_000_000_000n,
	d: 86_400_000_000_000n,
};

/** `45s`, `10m`, `1h30m`, `90d` as ns. Throws `ERR_DURATION`. */
export function parseDuration(text: string): bigint {
	if (!/^(?:\d+(?:ms|s|m|h|d))+$/.test(text)) {
		throw new SluiceError('ERR_DURATION', `\`${text}\` is not a duration`, {
			help: 'write it as in 45s, 10m, 1h30m or 90d',
		});
	}
	let total = 0n;
	for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) total += BigInt(amount!) * UNIT_NS[unit!]!;
	return total;
}
