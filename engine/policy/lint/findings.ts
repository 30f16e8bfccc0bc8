import { nearest } from '../../schema/nearest.ts';
import type { Finding } from '../compiler-protocol.ts';
import type { Diagnostic } from '../types.ts';
import { HAZARDS } from './hazard-words.ts';
import { own } from './own-name.ts';

/** Parts of a message, as the compiler gives them. */
export type Details = Readonly<Record<string, unknown>>;

/** How a finding is said. */
export interface Saying {
	readonly code: string;
	/** `open`: a warning where a deny, hold or mask may not fire, else a note. */
	readonly level: Diagnostic['level'] | 'open';
	say(details: Details): { readonly message: string; readonly help: string };
}

const SAYINGS: Readonly<Record<string, Saying>> = {
	...HAZARDS,
	field: {
		code: 'ERR_INPUT_FIELD',
		level: 'error',
		say: ({ before, path, oneOf }) => ({
			message: `the input has no \`${before}.${path}\``,
			help: meant(String(path), oneOf, (name) => `${before}.${name}`),
		}),
	},
	reference: {
		code: 'ERR_REGO_REFERENCE',
		level: 'error',
		say: ({ before, path, oneOf }) => ({
			message: `nothing defines \`${own(`${before}.${path}`)}\`, so it is never there`,
			help: meant(String(path), oneOf, (name) => own(`${before}.${name}`)),
		}),
	},
	enum: {
		code: 'LINT_INPUT_ENUM',
		level: 'open',
		say: ({ path, value, oneOf }) => ({
			message: `\`${path}\` is never \`"${value}"\``,
			help: meant(String(value), oneOf, (name) => `"${name}"`),
		}),
	},
	whole: {
		code: 'LINT_INPUT_WHOLE',
		level: 'note',
		say: () => ({
			message: 'the whole input is handed on, so nobody can see what the rule reads: it is asked of every frame',
			help: 'hand on the parts that are needed, as in `input.tool.name`',
		}),
	},
	'test-field': {
		code: 'ERR_TEST_INPUT',
		level: 'error',
		say: ({ before, path, oneOf }) => ({
			message: `this test gives \`${before}.${path}\`, which no input has`,
			help: meant(String(path), oneOf, (name) => `${before}.${name}`),
		}),
	},
	'test-type': {
		code: 'LINT_TEST_INPUT',
		level: 'note',
		say: ({ path, has, wants }) => ({
			message: `this test gives ${article(has)} as \`${path}\`, which is always ${article(wants)}`,
			help: 'give what the gateway gives, or keep it as a test of what cannot be',
		}),
	},
	'test-enum': {
		code: 'LINT_TEST_INPUT',
		level: 'note',
		say: ({ path, value, oneOf }) => ({
			message: `this test gives \`"${value}"\` as \`${path}\`, which it never is`,
			help: meant(String(value), oneOf, (name) => `"${name}"`),
		}),
	},
};

/** What the linter found, in the user's words. */
export function worded(findings: readonly Finding[]): Diagnostic[] {
	return findings.map(({ kind, open, file, row, col, endRow, endCol, details = {} }) => {
		const saying = SAYINGS[kind];
		if (saying === undefined) throw new TypeError(`no words for the finding ${kind}`);
		const level = saying.level !== 'open' ? saying.level : open === true ? 'warning' : 'note';
		const end = endRow === undefined || endCol === undefined ? {} : { endRow, endCol };
		return { code: saying.code, level, ...saying.say(details), place: { file, row, col, ...end } };
	});
}

function meant(word: string, oneOf: unknown, spell: (name: string) => string): string {
	const known = Array.isArray(oneOf) ? oneOf.map(String) : [];
	const near = nearest(word, known);
	if (near !== undefined) return `did you mean \`${spell(near)}\`?`;
	return known.length === 0
		? 'define it, or correct the name'
		: `there is ${known.map((name) => `\`${name}\``).join(', ')}`;
}

function article(type: unknown): string {
	const word = String(type);
	return word === 'null' ? 'null' : `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}
