import {
	type Alias,
	type Document,
	isAlias,
	isMap,
	isPair,
	isScalar,
	isSeq,
	type Node,
	parseAllDocuments,
	Scalar,
	type YAMLMap,
} from 'yaml';
import { readNumber } from '../value/decimal.ts';
import { RegoObject, type Value } from '../value/value.ts';
import { general } from './go-numbers.ts';
import { attempt, BuiltinError } from './types.ts';
import { textOfBytes } from './utf8.ts';
import { resolve } from './yaml-scalars.ts';

/** Parsing takes about a second for a text of this length. */
const LONGEST = 1_000_000;
const LONGEST_KEY = 1024;
/** As deep as go-yaml goes; Node's stack ends sooner, which is an error here all the same. */
const OPTIONS = {
	// Every scalar stays text: what it means is go-yaml's to say, not the library's.
	schema: 'failsafe',
	resolveKnownTags: false,
	merge: false,
	uniqueKeys: false,
	logLevel: 'silent',
} as const;

/**
 * The first document of a YAML text as OPA has it: go-yaml v3, timestamps as text, of keys that are written twice the
 * last one. The other documents have to be YAML too. Throws `BuiltinError`.
 */
export function readYaml(text: string): Value {
	if (text.length > LONGEST) throw new BuiltinError('a text that is too long');
	if (REFUSED.test(text) || /^[ \t\n]*\t[ \t\n]*$/.test(text))
		throw new BuiltinError('a character that YAML does not have');
	// Nothing but line breaks, some of which are none for the library.
	if (/^[ \r\n\x85\u2028\u2029]*$/.test(text)) return null;
	return attempt(() => {
		const documents = parse(text);
		const targets = documents.map(link);
		const [first] = documents;
		return first === undefined ? null : new Reader(targets[0]!).value(first.contents as Node | null);
	});
}

/** What go-yaml reads nowhere, not even in quotes. */
const REFUSED = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The documents, if go-yaml has them too: it is stricter about what stands between them. */
function parse(text: string): readonly Document.Parsed[] {
	// For YAML 1.1 this is a line break.
	const documents = parseAllDocuments(text.replaceAll('\x85', '\n'), OPTIONS);
	const stream: readonly { errors: readonly Error[]; warnings: readonly { code: string; message: string }[] }[] =
		'empty' in documents ? [documents] : documents;
	for (const { errors, warnings } of stream) {
		const wrong = errors[0] ?? warnings.find(({ code }) => code === 'BAD_DIRECTIVE');
		if (wrong !== undefined) throw new BuiltinError(wrong.message);
	}
	if ('empty' in documents) {
		if (/^(?:[ \t]*(?:#.*)?\n)*(?:\.\.\.|%)/.test(text)) throw new BuiltinError('no document');
		return [];
	}
	for (const [i, { directives }] of documents.entries()) {
		const { explicit, version } = directives.yaml;
		if (explicit === true && version !== '1.1') throw new BuiltinError('another version of YAML');
		if (directives.docStart !== true && (i > 0 || /^(?:[ \t]*(?:#.*)?\n)*\.\.\.(?:\s|$)/.test(text))) {
			throw new BuiltinError('a document without a beginning');
		}
	}
	return documents;
}

type Targets = ReadonlyMap<Alias, Node>;

/** What each alias of a document stands for: the node that had the anchor last. */
function link(document: Document.Parsed): Targets {
	const anchors = new Map<string, Node>();
	const targets = new Map<Alias, Node>();
	const visit = (node: unknown): void => {
		if (isAlias(node)) {
			named(node.source);
			const target = anchors.get(node.source);
			if (target === undefined) throw new BuiltinError('an anchor that nobody set');
			targets.set(node, target);
		} else if (isScalar(node) || isMap(node) || isSeq(node)) {
			if (node.anchor !== undefined) anchors.set(named(node.anchor), node);
			if (!isScalar(node)) node.items.forEach(visit);
		} else if (isPair(node)) {
			visit(node.key);
			visit(node.value);
		}
	};
	visit(document.contents);
	return targets;
}

function named(anchor: string): string {
	if (!/^[\w-]+$/.test(anchor)) throw new BuiltinError('not the name of an anchor');
	return anchor;
}

class Reader {
	readonly #targets: Targets;
	/** Aliases that are being followed. */
	readonly #open = new Set<Alias>();
	#nodes = 0;
	#aliased = 0;

	constructor(targets: Targets) {
		this.#targets = targets;
	}

	value(node: Node | null): Value {
		this.#count();
		if (isAlias(node)) return this.#follow(node);
		if (isSeq(node)) return node.items.map((item) => this.value(item as Node | null));
		if (isMap(node)) return new RegoObject(this.#entries(node));
		return isScalar(node) ? scalarValue(node) : null;
	}

	/** go-yaml's bound: of many nodes, most must not come from aliases. */
	#count(): void {
		this.#nodes++;
		if (this.#open.size > 0) this.#aliased++;
		if (this.#aliased <= 100 || this.#nodes <= 1000) return;
		const [low, high] = [400_000, 4_000_000];
		const over = Math.min(Math.max((this.#nodes - low) / (high - low), 0), 1);
		if (this.#aliased / this.#nodes > 0.99 - 0.89 * over) throw new BuiltinError('too many aliases');
	}

	#follow(alias: Alias): Value {
		if (this.#open.has(alias)) throw new BuiltinError('an anchor that contains itself');
		this.#open.add(alias);
		const value = this.value(this.#targets.get(alias)!);
		this.#open.delete(alias);
		return value;
	}

	/** Keys of its own count before those that it merges, of these the first. */
	#entries(map: YAMLMap): Map<string, Value> {
		const entries = new Map<string, Value>();
		const merges: Node[] = [];
		for (const { key, value } of map.items as readonly { key: Node | null; value: Node | null }[]) {
			// Such a key needs a `?` before it; in a block the library sees to that.
			if (map.flow === true && key?.range && key.range[1] - key.range[0] > LONGEST_KEY) {
				throw new BuiltinError('a key that is too long');
			}
			if (isScalar(key) && isMerge(key)) merges.push(value as Node);
			else entries.set(this.#key(key), this.value(value));
		}
		for (const merge of merges) {
			for (const source of isSeq(merge) ? (merge.items as Node[]) : [merge]) {
				for (const [key, value] of this.#merged(source)) if (!entries.has(key)) entries.set(key, value);
			}
		}
		return entries;
	}

	#merged(source: Node): Map<string, Value> {
		const target = isAlias(source) ? this.#targets.get(source) : source;
		if (!isMap(target)) throw new BuiltinError('a merge of what is no mapping');
		const value = this.value(source) as RegoObject;
		return new Map(value.entries as readonly (readonly [string, Value])[]);
	}

	/** Keys are text; what is neither a scalar nor anything cannot be one. */
	#key(node: Node | null): string {
		const target = isAlias(node) ? this.#targets.get(node) : node;
		if (!isScalar(target)) throw new BuiltinError('a key that is no text');
		const resolved = meaning(target);
		if (typeof resolved === 'number') return floatKey(resolved);
		if (resolved === null) throw new BuiltinError('null for a key');
		return String(resolved);
	}
}

function isMerge(node: Scalar): boolean {
	return node.value === '<<' && (node.tag === undefined ? node.type === Scalar.PLAIN : /:merge$/.test(node.tag));
}

function scalarValue(node: Scalar): Value {
	const value = meaning(node);
	if (typeof value !== 'number') return value;
	if (!Number.isFinite(value)) throw new BuiltinError('not a number of JSON');
	return readNumber(Object.is(value, -0) ? '-0' : String(value));
}

const TAG = 'tag:yaml.org,2002:';
const KNOWN = ['bool', 'int', 'float', 'null'];

/** A float stays a number, an integer a bigint. */
function meaning(node: Scalar): null | boolean | bigint | number | string {
	const text = String(node.value ?? '');
	const tag = node.tag?.startsWith(TAG) ? node.tag.slice(TAG.length) : node.tag;
	if (tag === 'binary') return decodeBase64(text);
	if (tag === undefined ? node.type !== Scalar.PLAIN : !KNOWN.includes(tag)) return text;
	const scalar = resolve(text);
	if (tag !== undefined && scalar.tag !== tag && !(tag === 'float' && scalar.tag === 'int')) {
		throw new BuiltinError(`not a ${tag}`);
	}
	switch (scalar.tag) {
		case 'bool':
		case 'float':
			return scalar.value;
		case 'int':
			return tag === 'float' ? Number(scalar.value) : scalar.value;
		case 'null':
			return null;
		default:
			return text;
	}
}

function decodeBase64(text: string): string {
	const written = text.replace(/[\r\n]/g, '');
	if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(written)) {
		throw new BuiltinError('not base64');
	}
	return textOfBytes(Buffer.from(written, 'base64').toString('latin1'));
}

/** As go-yaml writes a key that is a float: with the figures of a float of 32 bits. */
function floatKey(value: number): string {
	if (Number.isNaN(value)) return '.nan';
	const short = Math.fround(value);
	if (!Number.isFinite(short)) return short > 0 ? '.inf' : '-.inf';
	let figures = 1;
	while (figures < 9 && Math.fround(Number(short.toPrecision(figures))) !== short) figures++;
	return general(Number(short.toPrecision(figures)), -1);
}
