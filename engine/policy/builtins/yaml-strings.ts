import { resolve } from './yaml-scalars.ts';

/** What YAML 1.1 takes for a boolean: quoted, so that older readers see a text. */
const OLD_BOOLEANS = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const BREAK = /[\n\r\x85\u2028\u2029]/;
/** What libyaml writes as it is: nothing beyond the basic plane, no control characters, no BOM. */
const UNPRINTABLE = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
/** Bytes of a key that stands before its colon on one line. */
const LONGEST_KEY = 128;

/** A key that needs no `?` before it. */
export function isSimpleKey(key: string): boolean {
	return !BREAK.test(key) && Buffer.byteLength(key) <= LONGEST_KEY;
}

/** A text in the style that go-yaml chooses. Lines after the first begin with `pad`, the last may end with a break. */
export function writeText(text: string, pad: string, simpleKey: boolean): string {
	const special = UNPRINTABLE.test(text.replaceAll('\t', '')) || / [\n\u2028\u2029]/.test(text);
	if (text.includes('\n')) {
		return simpleKey || special || text.endsWith(' ') ? doubleQuoted(text) : literal(text, pad);
	}
	if (resolve(text).tag !== 'str' || OLD_BOOLEANS.test(text) || BASE_60.test(text)) return doubleQuoted(text);
	if (isPlain(text)) return text;
	const single = !special && !text.includes('\t') && !/[\u2028\u2029] /.test(text) && !(simpleKey && BREAK.test(text));
	return single ? `'${padded(text.replaceAll("'", "''"), pad)}'` : doubleQuoted(text);
}

/** Of a text that would not be taken for something else. */
function isPlain(text: string): boolean {
	return !(
		/^[#,[\]{}&*!|>'"%@`]|^---|^\.\.\.|^[-?:](?:[ \t]|$)/.test(text) ||
		/:(?:[ \t]|$)|[ \t]#|^ | $|\t/.test(text) ||
		BREAK.test(text) ||
		UNPRINTABLE.test(text)
	);
}

function literal(text: string, pad: string): string {
	const hint = /^[ \n\u2028\u2029]/.test(text) ? '2' : '';
	const chomp = /[^\n\u2028\u2029]$/.test(text) ? '-' : /^[\n\u2028\u2029]$|[\n\u2028\u2029]{2}$/.test(text) ? '+' : '';
	return `|${hint}${chomp}\n${text[0] !== '\n' ? pad : ''}${padded(text, pad)}`;
}

function padded(text: string, pad: string): string {
	return text.replace(/([\n\u2028\u2029])(?=[^\n\u2028\u2029])/g, `$1${pad}`);
}

const SHORT: Readonly<Record<string, string>> = {
	'\0': '0',
	'\x07': 'a',
	'\b': 'b',
	'\t': 't',
	'\n': 'n',
	'\v': 'v',
	'\f': 'f',
	'\r': 'r',
	'\x1b': 'e',
	'"': '"',
	'\\': '\\',
	'\x85': 'N',
	'\xa0': '_',
	'\u2028': 'L',
	'\u2029': 'P',
};

function doubleQuoted(text: string): string {
	// go-yaml looks for a byte order mark at the start only, wherever it is.
	const marked = text.startsWith('\ufeff');
	let out = '"';
	for (const char of text) {
		const plain = !marked && !UNPRINTABLE.test(char) && !BREAK.test(char) && char !== '"' && char !== '\\';
		out += plain ? char : escaped(char);
	}
	return `${out}"`;
}

function escaped(char: string): string {
	const short = SHORT[char];
	if (short !== undefined) return `\\${short}`;
	const point = char.codePointAt(0)!;
	const hex = point.toString(16).toUpperCase();
	if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`;
	return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
