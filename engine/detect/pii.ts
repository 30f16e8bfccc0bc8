import type { Rule, Span } from './rule.ts';

/** Personal data that can be told from look-alikes by its form. */
export const PII: readonly Rule[] = [{ type: 'pii/email', set: 'pii', literals: ['@'], match: email }];

/** Payment cards have no literal to look for, so they are found by this instead (see `findCards`). */
export const CARD = { type: 'pii/card', set: 'pii' } as const;

/** Endings that make `icon@2x.png` a file and no address. */
const FILES = new Set(['png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'avif', 'css', 'js', 'ts', 'json', 'html']);

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LOCAL = asciiSet(`${ALPHANUMERIC}._%+-`);
const STOPS = asciiSet(' \t\r\n"\'<>');

/** The address around the `@` at `at` (the dot-atom form of RFC 5321 §4.1.2, which is all that anybody has). */
function email(text: string, at: number): Span | undefined {
	let start = at;
	while (start > 0 && at - start < 64 && isIn(LOCAL, text.charCodeAt(start - 1))) start -= 1;
	while (start < at && !/\w/.test(text[start] as string)) start += 1;
	if (start === at) return undefined;

	const run = /[A-Za-z0-9.-]{0,253}/y;
	run.lastIndex = at + 1;
	run.test(text);
	const domain = text.slice(at + 1, run.lastIndex).replace(/[.-]{1,253}$/, '');
	const labels = domain.split('.');
	const top = labels.at(-1) as string;
	if (labels.length < 2 || labels.includes('') || !/^(?:[A-Za-z]{2,}|xn--[A-Za-z0-9-]+)$/.test(top)) return undefined;
	if (FILES.has(top.toLowerCase())) return undefined;
	const end = at + 1 + domain.length;
	// `git@host:path` is where a repository is, not whom to write to.
	if (text[end] === ':' && /\S/.test(text[end + 1] ?? ' ')) return undefined;
	return inAuthority(text, start) ? undefined : { start, end };
}

/** Whether `at` stands between `://` and the next slash: then what is before the `@` is a password. */
function inAuthority(text: string, at: number): boolean {
	const from = Math.max(0, at - 100);
	for (let i = at - 1; i >= from; i -= 1) {
		const unit = text.charCodeAt(i);
		if (unit === 0x2f) return i >= 2 && text.startsWith('://', i - 2);
		if (isIn(STOPS, unit)) return false;
	}
	return false;
}

function isIn(set: Uint8Array, unit: number): boolean {
	return unit < 128 && set[unit] === 1;
}

function asciiSet(characters: string): Uint8Array {
	const set = new Uint8Array(128);
	for (const character of characters) set[character.charCodeAt(0)] = 1;
	return set;
}

/** Whether `text` can have a card number at all: thirteen digits in a row, or digits around a separator. */
export const CARD_HINT = /\d{13}|\d[ -]\d/;

// What stands before is checked afterwards: a lookbehind would be tried at every character.
const CARDS = /(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|3\d{3}([ -])\d{6}\2\d{4,5})(?!\w|\.\d)/g;

/** Payment card numbers in `text`: issuer prefix, its lengths, and the Luhn sum (ISO/IEC 7812-1). */
export function findCards(text: string): readonly Span[] {
	const found: Span[] = [];
	for (const match of text.matchAll(CARDS)) {
		if (match.index > 0 && /[\w.]/.test(text[match.index - 1] as string)) continue;
		if (isCard(match[0].replace(/[ -]/g, ''))) found.push({ start: match.index, end: match.index + match[0].length });
	}
	return found;
}

/** Issuer prefixes and the lengths they come in. */
const ISSUERS: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
	[/^4/, [13, 16, 19]],
	[/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
	[/^3[47]/, [15]],
	[/^(?:30[0-5]|3[689])/, [14, 16]],
	[/^(?:6011|64[4-9]|65)/, [16, 19]],
	[/^35(?:2[89]|[3-8])/, [16, 19]],
	[/^62/, [16, 17, 18, 19]],
];

function isCard(digits: string): boolean {
	if (!ISSUERS.some(([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length))) return false;
	let sum = 0;
	for (let i = 0; i < digits.length; i += 1) {
		const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
		const doubled = i % 2 === 1 ? digit * 2 : digit;
		sum += doubled > 9 ? doubled - 9 : doubled;
	}
	return sum % 10 === 0;
}
