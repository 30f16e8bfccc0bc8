import type { CompilerProblem } from '../compiler-protocol.ts';
import type { Words } from './diagnose.ts';

const V0_HELP = 'write it as Rego v1: `deny contains "why" if { … }`, `allowed if { … }`, `limit := 10`';

interface Slip {
	readonly pattern: RegExp;
	readonly code?: string;
	/** `$1` … are what the pattern found; absent: OPA's own words. */
	readonly message?: string;
	readonly help: string;
}

/** What OPA's parser says, in the user's words, the first that fits. */
const SLIPS: readonly Slip[] = [
	{
		pattern: /^`(\w+)` keyword is required/,
		code: 'ERR_REGO_V0',
		message: 'this is Rego as it was before version 1: the keyword `$1` is missing',
		help: V0_HELP,
	},
	{
		pattern: /^empty module$/,
		code: 'ERR_REGO_EMPTY',
		message: 'the file is empty',
		help: 'begin it with `package rules.<category>.<name>`, or remove it',
	},
	{
		pattern: /^(yaml: |expected METADATA|invalid annotation|annotation |metadata )/i,
		code: 'ERR_REGO_METADATA',
		help: 'METADATA is YAML in comments: `# METADATA`, then `# title: …` on the next line; quote texts that hold `: `',
	},
	{
		pattern: /^package expected$|unexpected .*: expected "package"|^unexpected \w+ (?:token|keyword): package expected/,
		message: 'a Rego file begins with `package`',
		help: 'put `package rules.<category>.<name>` above everything but comments',
	},
	{
		pattern: /^non-terminated string$/,
		message: 'a text is not closed',
		help: 'close it with `"` on the same line; texts over several lines stand between backticks',
	},
	{
		pattern: /^illegal escape sequence$/,
		message: 'the text holds an escape that does not exist',
		help: 'write `\\\\` for a backslash, or put the text between backticks, as for regular expressions',
	},
	{
		pattern: /^illegal null character$/,
		message: 'the file holds a NUL character, so it is no text',
		help: 'is it Rego? save it as UTF-8 text, or give it another name than `*.rego`',
	},
	{
		pattern: /^illegal token$/,
		message: 'this character means nothing here',
		help: 'texts stand in straight double quotes: `"…"`, not in single or curly ones',
	},
	{
		pattern: /^unexpected and token$/,
		message: '`&` joins sets here, not conditions',
		help: 'write conditions one a line between `{` and `}`: all of them must hold',
	},
	{
		pattern: /^unexpected or token$/,
		message: '`|` joins sets here, not conditions',
		help: 'write a second body, `deny contains "why" if { … }`, for the other case',
	},
	{
		pattern: /^(\w+) cannot be used for rule name$/,
		message: 'no rule can begin here',
		help: 'a rule ends with its line: put several conditions between `{` and `}`, one a line',
	},
	{
		pattern: /^(\w+) keyword cannot be used for rule name$/,
		message: '`$1` is a word of the language, so no rule can be called so',
		help: 'give the rule another name',
	},
	{
		pattern: /^unexpected eof token/,
		message: 'the file ends in the middle of something',
		help: 'close what is open: `}`, `]`, `)` or a text',
	},
	{
		pattern: /^unexpected , token: expected \\n or ;/,
		message: 'conditions are not separated by commas',
		help: 'put each on a line of its own, or write `;` between them',
	},
	{
		pattern: /^unexpected (?:eq|assign) token/,
		message: 'this is no comparison',
		help: 'compare with `==`; name a value with `:=`',
	},
	{
		pattern: /^found empty body$/,
		message: 'there is nothing between the braces',
		help: 'put at least one condition there, or leave the braces and `if` out',
	},
	{
		pattern: /^unexpected import path, must begin with one of: .*got: (\w+)/,
		message: '`$1` cannot be imported',
		help: 'imports begin with `data.`, as in `import data.lib.names`, or are `import rego.v2`',
	},
	{
		pattern: /^unexpected keyword, must be one of \[(.*)\]$/,
		message: 'there is no such keyword to import',
		help: 'leave the import out: Rego v1 has all its keywords',
	},
	{
		pattern: /^unexpected (\S+) (?:token|keyword)/,
		message: '`$1` cannot stand here',
		help: 'look at what stands before it; a rule is `deny contains "why" if { … }`',
	},
];

/** @param problem of OPA's parser, `rego_parse_error` */
export function parseWords({ message }: CompilerProblem): Words {
	for (const slip of SLIPS) {
		const found = slip.pattern.exec(message);
		if (found === null) continue;
		const words = slip.message?.replace('$1', () => spelled(found[1] ?? ''));
		return {
			code: slip.code ?? 'ERR_REGO_SYNTAX',
			message: words ?? `the METADATA cannot be read: ${message.replace(/^yaml: /, '')}`,
			help: slip.help,
		};
	}
	return {
		code: 'ERR_REGO_SYNTAX',
		message: `this is not Rego: ${message}`,
		help: 'correct the syntax there; policies are Rego v1, as in `deny contains "why" if { … }`',
	};
}

/** OPA names some tokens in words. */
function spelled(token: string): string {
	const SIGNS: Readonly<Record<string, string>> = { eq: '=', assign: ':=', and: '&', or: '|', var: 'a name' };
	return SIGNS[token] ?? token;
}
