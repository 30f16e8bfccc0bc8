import { RegoObject, type Value } from '../../value/value.ts';
import { decodeBase64, textOfBytes } from '../crypto/bytes.ts';
import { textOf } from '../operands.ts';
import { BuiltinError } from '../types.ts';
import { parseJson, toValue } from './json.ts';

/** The three parts of a token (RFC 7519 §7.2), as they were written. */
export interface Token {
	readonly header: string;
	readonly payload: string;
	readonly signature: string;
}

export function splitToken(value: Value): Token {
	const [header, payload, signature, ...more] = textOf(value).split('.', 4);
	if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
		throw new BuiltinError('a token must have three parts');
	}
	return { header, payload, signature };
}

/** What a signature is over. */
export function signedData({ header, payload }: Token): Buffer {
	return Buffer.from(`${header}.${payload}`, 'utf8');
}

/** As OPA's `base64url.decode`: padding may be missing. */
export function decodePart(text: string): Buffer {
	const rest = Buffer.byteLength(text) % 4;
	if (text.endsWith('=') || rest === 0) return decodeBase64(text, { url: true });
	if (rest === 1) throw new BuiltinError('illegal base64url');
	return decodeBase64(text + '='.repeat(4 - rest), { url: true });
}

/** The JSON object in a part. */
export function decodeObject(part: string): RegoObject {
	return parseObject(textOfBytes(decodePart(part)));
}

export function parseObject(text: string): RegoObject {
	const value = toValue(parseJson(text));
	if (!(value instanceof RegoObject)) throw new BuiltinError('not a JSON object');
	return value;
}

/** A header that is not one of encryption (JWE, RFC 7516 §9). */
export function decodeHeader({ header }: Token): RegoObject {
	const object = decodeObject(header);
	if (object.get('enc') !== undefined) throw new BuiltinError('a JWE token');
	return object;
}

/** The parameters of a header that decide. */
export interface Header {
	readonly alg: string;
	readonly kid: string;
	readonly cty: string;
	/** Whether RFC 7515 §4.1.1 and §4.1.11 allow it: an algorithm, and no critical parameter that nobody knows. */
	readonly valid: boolean;
}

const KNOWN = ['alg', 'kid', 'typ', 'cty', 'crit'];

export function readHeader(object: RegoObject): Header {
	const text = (name: string) => textOf(object.get(name) ?? '');
	text('typ');
	const critical = criticalOf(object.get('crit'));
	const unknown = object.entries.some(([name]) => !KNOWN.includes(name as string) && critical.has(name as string));
	const alg = text('alg');
	return { alg, kid: text('kid'), cty: text('cty'), valid: alg !== '' && !unknown };
}

/** Names up to the first entry that is none. */
function criticalOf(value: Value | undefined): ReadonlySet<string> {
	if (value === undefined) return new Set();
	if (!Array.isArray(value)) throw new BuiltinError('crit must be a list');
	const names = value as readonly Value[];
	const end = names.findIndex((name) => typeof name !== 'string');
	const known = names.slice(0, end < 0 ? names.length : end) as readonly string[];
	if (known.length === 0) throw new BuiltinError('crit must name something');
	return new Set(known);
}
