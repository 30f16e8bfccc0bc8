import { createHash, type Hash } from 'node:crypto';
import type { JsonNode } from '../../frame/json.ts';
import { scanJson } from '../../frame/scan.ts';

/** What a bundle's files are hashed with when we sign (OPA's only choice when it signs). */
export const FILE_HASH = 'SHA-256';

/**
 * Hash functions by the names of OPA's bundle format that a signature may use here. OPA also takes MD5, SHA-1 and the
 * 224-bit ones; a signature is worth no more than the hash below it, so these are refused.
 */
const HASHES: Readonly<Record<string, string>> = {
	'SHA-256': 'sha256',
	'SHA-384': 'sha384',
	'SHA-512': 'sha512',
	'SHA-512-256': 'sha512-256',
};

/** Files whose value is hashed, not their bytes (`IsStructuredDoc` of OPA's Go package `bundle`). */
const STRUCTURED = /(^|\/)(data\.(json|ya?ml)|\.manifest)$/;

/** Deeper data is a mistake. */
const MAX_DEPTH = 256;

/** Whether `algorithm` is a hash function that a signature may use. */
export function isFileHash(algorithm: string): boolean {
	return Object.hasOwn(HASHES, algorithm);
}

/**
 * The hash (hex) of a file in a bundle as OPA's signatures have it: of the bytes, but where the file is data or the
 * manifest, of a walk over its value, so that white space and the order of members do not count.
 *
 * @throws {RangeError} with what is wrong in words, when such a file is not strict JSON (YAML is never in our bundles)
 */
export function fileHash(name: string, bytes: Buffer, algorithm: string = FILE_HASH): string {
	const hash = createHash(HASHES[algorithm]!);
	if (!STRUCTURED.test(name)) return hash.update(bytes).digest('hex');
	const scanned = scanJson(bytes, { frame: bytes.length, depth: MAX_DEPTH, keys: Number.POSITIVE_INFINITY });
	if (!scanned.ok) throw new RangeError(scanned.refusal.message.replace('the frame', 'the file'));
	const walk = new Walk(hash);
	walk.value(scanned.root);
	walk.end();
	return hash.digest('hex');
}

/** Feeds a hash in pieces of a useful size. */
class Walk {
	readonly #hash: Hash;
	#text = '';

	constructor(hash: Hash) {
		this.#hash = hash;
	}

	value(node: JsonNode): void {
		switch (node.type) {
			case 'object': {
				// Go sorts by bytes, which is not how UTF-16 sorts
				const members = node.members
					.map(({ key, value }) => ({ key: Buffer.from(key), text: key, value }))
					.sort((a, b) => Buffer.compare(a.key, b.key));
				this.#list('{', '}', members, (member) => {
					this.#put(`${goString(member.text)}:`);
					this.value(member.value);
				});
				break;
			}
			case 'array':
				this.#list('[', ']', node.items, (item) => this.value(item));
				break;
			case 'string':
				this.#put(goString(node.value));
				break;
			case 'number':
				this.#put(node.raw);
				break;
			case 'literal':
				this.#put(String(node.value));
		}
	}

	end(): void {
		this.#hash.update(this.#text, 'utf8');
		this.#text = '';
	}

	#list<T>(open: string, close: string, items: readonly T[], each: (item: T) => void): void {
		this.#put(open);
		for (const [i, item] of items.entries()) {
			if (i > 0) this.#put(',');
			each(item);
		}
		this.#put(close);
	}

	#put(text: string): void {
		this.#text += text;
		if (this.#text.length > 65_536) this.end();
	}
}

/** A string as Go's `encoding/json` writes it without HTML escaping: half a surrogate pair is U+FFFD there. */
function goString(value: string): string {
	return JSON.stringify(value.toWellFormed()).replace(/[\u2028\u2029]/g, (c) =>
		c === '\u2028' ? '\\u2028' : '\\u2029',
	);
}
