import { RE2JS } from 're2js';
import { SluiceError } from '../error.ts';
import type { Span } from './rule.ts';
import { readToml, type TomlBlock, type TomlValue } from './toml.ts';

/** A detector of the operator's own: a RE2 pattern, so that no text makes it slow. */
export interface CustomRule {
	readonly type: string;
	/** Lower case; one of these must be in the text. Empty: the pattern always runs. */
	readonly keywords: readonly string[];
	find(text: string): readonly Span[];
}

const KEYS: ReadonlySet<string> = new Set(['type', 'description', 'regex', 'keywords', 'secretGroup']);

/**
 * The rules of a custom detector file (TOML): `[[rules]]` blocks with `type`, `regex` (RE2 syntax), and
 * optionally `keywords`, `secretGroup` (the capture group that is the value) and `description`.
 *
 * @throws {SluiceError} `ERR_DETECTORS_TOML` for what is no such file, `ERR_DETECTORS_RULE` for a rule that
 * says something impossible.
 */
export function readCustomRules(toml: string): readonly CustomRule[] {
	return readToml(toml).map((block) => {
		if (block.name !== 'rules') throw wrong(block, `a block is called \`${block.name}\``);
		for (const key of block.values.keys()) if (!KEYS.has(key)) throw wrong(block, `\`${key}\` is not known`);
		const type = block.values.get('type');
		if (typeof type !== 'string' || !/^(?:secret|pii)\/[a-z0-9][a-z0-9-]*$/.test(type)) {
			throw wrong(block, '`type` must be `secret/<kind>` or `pii/<kind>`');
		}
		const { pattern, group } = compile(block);
		return { type, keywords: keywordsOf(block), find: (text) => find(pattern, group, text) };
	});
}

function compile(block: TomlBlock): { pattern: RE2JS; group: number } {
	const regex = block.values.get('regex');
	const group = block.values.get('secretGroup') ?? 0;
	if (typeof regex !== 'string' || regex === '') throw wrong(block, '`regex` is missing');
	let pattern: RE2JS;
	try {
		pattern = RE2JS.compile(regex);
	} catch (cause) {
		throw wrong(block, `\`regex\` is not RE2 syntax (${cause instanceof Error ? cause.message : String(cause)})`);
	}
	if (pattern.matcher('').find()) throw wrong(block, '`regex` matches the empty text');
	if (typeof group !== 'number' || !Number.isInteger(group) || group < 0 || group > pattern.groupCount()) {
		throw wrong(block, `\`secretGroup\` must be between 0 and ${pattern.groupCount()}`);
	}
	return { pattern, group };
}

function keywordsOf(block: TomlBlock): readonly string[] {
	const keywords: TomlValue = block.values.get('keywords') ?? [];
	if (!Array.isArray(keywords) || !keywords.every((word) => typeof word === 'string' && word !== '')) {
		throw wrong(block, '`keywords` must be an array of strings');
	}
	return keywords.map((word: string) => word.toLowerCase());
}

function find(pattern: RE2JS, group: number, text: string): readonly Span[] {
	const found: Span[] = [];
	const matcher = pattern.matcher(text);
	while (matcher.find()) {
		const start = matcher.start(group);
		if (start >= 0 && matcher.end(group) > start) found.push({ start, end: matcher.end(group) });
	}
	return found;
}

function wrong(block: TomlBlock, what: string): SluiceError {
	return new SluiceError('ERR_DETECTORS_RULE', `custom detectors, rule at line ${block.line}: ${what}`, {
		help: 'a rule has `type` and `regex`, and may have `keywords`, `secretGroup` and `description`',
	});
}
