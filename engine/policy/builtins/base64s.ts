import type { Value } from '../value/value.ts';
import { decodeBase64 } from './crypto/bytes.ts';
import { textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';
import { textOfBytes } from './utf8.ts';

/** Decoders of Base64 (RFC 4648): the module's own read both alphabets, blanks, and what has no padding. */
export const base64s = {
	'base64.decode': (_: unknown, text: Value) => decoded(textOf(text), false),
	'base64.is_valid': (_: unknown, text: Value) => {
		if (typeof text !== 'string') return false;
		try {
			decodeBase64(text);
			return true;
		} catch (error) {
			if (error instanceof BuiltinError) return false;
			throw error;
		}
	},
	// Here the padding may be missing. Line breaks count when it is added, and not when it is decoded.
	'base64url.decode': (_: unknown, text: Value) => {
		const written = textOf(text);
		return decoded(written.endsWith('=') ? written : written + padding(written), true);
	},
} satisfies Record<string, Builtin>;

function decoded(text: string, url: boolean): string {
	return textOfBytes(decodeBase64(text, { url }).toString('latin1'));
}

function padding(text: string): string {
	const over = text.length % 4;
	if (over === 1) throw new BuiltinError('not Base64');
	return over === 0 ? '' : '='.repeat(4 - over);
}
