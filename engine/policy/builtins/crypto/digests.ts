import { createHmac, hash } from 'node:crypto';
import type { Value } from '../../value/value.ts';
import { textOf } from '../operands.ts';
import type { Builtin } from '../types.ts';

const digest =
	(algorithm: string): Builtin =>
	(_, text: Value) =>
		hash(algorithm, textOf(text), 'hex');

const hmac =
	(algorithm: string): Builtin =>
	(_, text: Value, key: Value) =>
		createHmac(algorithm, textOf(key)).update(textOf(text), 'utf8').digest('hex');

/** `crypto.*` digests: lower-case hex over the UTF-8 bytes. */
export const digests = {
	'crypto.md5': digest('md5'),
	'crypto.sha1': digest('sha1'),
	'crypto.sha256': digest('sha256'),
	'crypto.hmac.md5': hmac('md5'),
	'crypto.hmac.sha1': hmac('sha1'),
	'crypto.hmac.sha256': hmac('sha256'),
	'crypto.hmac.sha512': hmac('sha512'),
	'crypto.hmac.equal': (_: unknown, a: Value, b: Value) => textOf(a) === textOf(b),
} satisfies Record<string, Builtin>;
