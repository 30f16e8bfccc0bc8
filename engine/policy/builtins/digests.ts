import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Builtin } from './types.ts';

const hmac =
	(algorithm: string): Builtin =>
	(_, text: string, key: string) =>
		createHmac(algorithm, key).update(text, 'utf8').digest('hex');

/** `crypto.*` digests: lower-case hex over the UTF-8 bytes. */
export const digests = {
	'crypto.md5': (_: unknown, text: string) => hash('md5', text, 'hex'),
	'crypto.sha1': (_: unknown, text: string) => hash('sha1', text, 'hex'),
	'crypto.sha256': (_: unknown, text: string) => hash('sha256', text, 'hex'),
	'crypto.hmac.md5': hmac('md5'),
	'crypto.hmac.sha1': hmac('sha1'),
	'crypto.hmac.sha256': hmac('sha256'),
	'crypto.hmac.sha512': hmac('sha512'),
	'crypto.hmac.equal': (_: unknown, a: string, b: string) => {
		const x = Buffer.from(a);
		const y = Buffer.from(b);
		return x.length === y.length && timingSafeEqual(x, y);
	},
} satisfies Record<string, Builtin>;
