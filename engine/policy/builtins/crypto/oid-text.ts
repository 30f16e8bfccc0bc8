import { BuiltinError } from '../types.ts';

// Object identifiers of any size, which Go's `x509.OID` keeps as they are encoded.

/** A number of more bytes is no identifier, but work. */
const MOST_BYTES = 64;

/** Whether the encoding is complete and shortest. */
export function isOid(der: Buffer): boolean {
	if (der.length === 0 || der.at(-1)! >= 0x80) return false;
	return der.every((byte, i) => byte !== 0x80 || (i > 0 && der[i - 1]! >= 0x80));
}

/** The numbers of an identifier; one that is cut off does not count. */
function numbersOf(der: Buffer): bigint[] {
	const numbers: bigint[] = [];
	let value = 0n;
	let length = 0;
	for (const byte of der) {
		if (++length > MOST_BYTES) throw new BuiltinError('an object identifier that is too long');
		value = (value << 7n) | BigInt(byte & 0x7f);
		if (byte >= 0x80) continue;
		if (numbers.length > 0) numbers.push(value);
		else numbers.push(...(value < 80n ? [value / 40n, value % 40n] : [2n, value - 80n]));
		value = 0n;
		length = 0;
	}
	return numbers;
}

export function oidTextOf(der: Buffer): string {
	return numbersOf(der).join('.');
}

/** As Go's `asn1.ObjectIdentifier`; `undefined` if a number takes more than 31 bits. */
export function smallOid(der: Buffer): readonly number[] | undefined {
	const numbers = numbersOf(der);
	const largest = 2n ** 31n - 1n;
	const [top = 0n, second = 0n] = numbers;
	const fits = top * 40n + second <= largest && numbers.every((number) => number <= largest);
	return fits ? numbers.map(Number) : undefined;
}
