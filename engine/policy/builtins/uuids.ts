import { RegoObject, type Value } from '../value/value.ts';
import { textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** `uuid.parse`: what RFC 4122 says about a UUID. `uuid.rfc4122` is one of the facts. */
export const uuids = {
	'uuid.parse': (_: unknown, text: Value) => {
		const bytes = bytesOf(textOf(text));
		const version = bytes[6]! >> 4;
		const fields: [string, Value][] = [
			['version', version],
			['variant', variant(bytes[8]!)],
		];
		if (version === 1 || version === 2) {
			fields.push(
				['time', unixNs(bytes)],
				['nodeid', [...bytes.subarray(10)].map((byte) => byte.toString(16).padStart(2, '0')).join('-')],
				['macvariables', `${bytes[10]! & 2 ? 'local' : 'global'}:${bytes[10]! & 1 ? 'multicast' : 'unicast'}`],
				['clocksequence', bytes.readUInt16BE(8) & 0x3fff],
			);
		}
		if (version === 2) {
			fields.push(
				['id', bytes.readUInt32BE(0)],
				['domain', ['Person', 'Group', 'Org'][bytes[9]!] ?? `Domain${bytes[9]}`],
			);
		}
		return new RegoObject(fields);
	},
} satisfies Record<string, Builtin>;

/** The 16 bytes: as RFC 4122 writes them, as a URN, in any pair of brackets, or as 32 digits. */
function bytesOf(text: string): Buffer {
	const written = Buffer.from(text, 'utf8').toString('latin1');
	const inner =
		written.length === 45 && /^urn:uuid:/i.test(written)
			? written.slice(9)
			: written.length === 38
				? written.slice(1, 37)
				: written;
	const digits = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(inner) ? inner.replaceAll('-', '') : inner;
	if (!/^[0-9a-f]{32}$/i.test(digits) || (inner.length === 32 && written.length !== 32)) {
		throw new BuiltinError('not a UUID');
	}
	return Buffer.from(digits, 'hex');
}

function variant(byte: number): string {
	if ((byte & 0xc0) === 0x80) return 'RFC4122';
	if ((byte & 0xe0) === 0xc0) return 'Microsoft';
	return (byte & 0xe0) === 0xe0 ? 'Future' : 'Reserved';
}

/** 100 ns between the epochs of Gregory's calendar and of Unix. */
const GREGORIAN = 122_192_928_000_000_000n;

function unixNs(bytes: Buffer): bigint {
	const low = BigInt(bytes.readUInt32BE(0));
	const middle = BigInt(bytes.readUInt16BE(4)) << 32n;
	const high = BigInt(bytes.readUInt16BE(6) & 0xfff) << 48n;
	// Beyond what an int64 holds it wraps around, as in Go.
	return BigInt.asIntN(64, ((low | middle | high) - GREGORIAN) * 100n);
}
