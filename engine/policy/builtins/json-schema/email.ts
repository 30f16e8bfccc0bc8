const ATEXT = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~\\x80-\\u{10ffff}]";
const ATOM = `${ATEXT}+`;
const DOT_ATOM = `${ATOM}(?:\\.${ATOM})*`;
/** What Go's net/mail lets a quoted string have. */
const QUOTED = '"(?:[^"\\\\\\x00-\\x08\\x0a-\\x1f\\x7f]|\\\\[\\x20-\\x7e\\t\\x80-\\u{10ffff}])*"';
const SPACE = '[ \\t]*';
const ADDRESS = `(?:${DOT_ATOM}|${QUOTED})@(?:${DOT_ATOM}|\\[[0-9A-Fa-f.:]+\\])`;
const NAME = `(?:(?:[A-Za-z0-9!#$%&'*+\\-/=?^_\`{|}~.\\x80-\\u{10ffff}]+|${QUOTED})${SPACE})*`;

const BARE = new RegExp(`^${SPACE}${ADDRESS}${SPACE}$`, 'u');
const NAMED = new RegExp(`^${SPACE}${NAME}<${ADDRESS}>${SPACE}$`, 'u');
/** RFC 5321, §4.5.3.1.3, has 256; enough for names besides. */
const LONGEST = 1000;

/** An address as RFC 5322 has it, alone or after a name in angle brackets; without comments and groups. */
export function isEmail(text: string): boolean {
	return text.length <= LONGEST && (BARE.test(text) || NAMED.test(text));
}
