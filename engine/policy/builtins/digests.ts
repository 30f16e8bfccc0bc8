import { createHmac, hash } from 'node:crypto';
import { type Builtin, textOf } from './types.ts';

const digest =
	(algorithm: string): Builtin =>
	(_, text: unknown) =>
		hash(algorithm, textOf(text), 'hex');

const hmac =
	(algorithm: string): Builtin =>
	(_, text: unknown, key: unknown) =>
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
	'crypto.hmac.equal': (_: unknown, a: unknown, b: unknown) => textOf(a) === textOf(b),
} satisfies Record<string, Builtin>;
