import { isUtf8 } from 'node:buffer';
import { BuiltinError } from '../types.ts';

/** Tags of the text types, all of them universal and primitive. */
const UTF8 = 0x0c;
const NUMERIC = 0x12;
const PRINTABLE = 0x13;
const T61 = 0x14;
const IA5 = 0x16;
const BMP = 0x1e;

export const STRING_TAGS: ReadonlySet<number> = new Set([UTF8, NUMERIC, PRINTABLE, T61, IA5, BMP]);

/**
 * The text of an ASN.1 string as Go's `crypto/x509` and `encoding/asn1` read it: T61String is taken for Latin-1, a
 * PrintableString may have `*` and `&`.
 */
export function readString(tag: number, content: Buffer): string {
	switch (tag) {
		case UTF8:
			if (isUtf8(content)) return content.toString('utf8');
			break;
		case NUMERIC:
			if (/^[0-9 ]*$/.test(content.toString('latin1'))) return content.toString('latin1');
			break;
		case PRINTABLE:
			if (/^[A-Za-z0-9'()+,\-./ :=?*&]*$/.test(content.toString('latin1'))) return content.toString('latin1');
			break;
		case T61:
			return content.toString('latin1');
		case IA5:
			return readAscii(content);
		case BMP:
			return readBmp(content);
	}
	throw new BuiltinError('no text of ASN.1');
}

export function readAscii(content: Buffer): string {
	if (content.some((byte) => byte > 0x7f)) throw new BuiltinError('not ASCII');
	return content.toString('latin1');
}

/** Two bytes a character, nothing that UTF-16 has of its own, one terminator at the end is dropped. */
function readBmp(content: Buffer): string {
	if (content.length % 2 !== 0) throw new BuiltinError('half a character');
	const text = Buffer.from(content).swap16().toString('utf16le').replace(/\0$/, '');
	if (/[\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff]/.test(text)) throw new BuiltinError('not a character');
	return text;
}
