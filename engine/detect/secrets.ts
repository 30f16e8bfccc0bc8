import { type Rule, type Span, startsWith } from './rule.ts';

/** Secrets that show what they are. Formats as their issuers document them. */
export const SECRETS: readonly Rule[] = [
	{
		type: 'secret/private-key',
		set: 'secrets',
		literals: ['-----BEGIN'],
		match: privateKey,
	},
	{
		type: 'secret/github-token',
		set: 'secrets',
		literals: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
		match: startsWith(/gh[opusr]_[A-Za-z0-9]{36,}/dy),
	},
	{
		type: 'secret/github-token',
		set: 'secrets',
		literals: ['github_pat_'],
		match: startsWith(/github_pat_[A-Za-z0-9_]{36,}/dy),
	},
	{
		type: 'secret/aws-access-key',
		set: 'secrets',
		literals: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
		match: startsWith(/A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])/dy, { notAfter: /\w/ }),
	},
	{
		type: 'secret/aws-secret-key',
		set: 'secrets',
		literals: ['secret', 'Secret', 'SECRET'],
		match: startsWith(
			/secret[_-]?(?:access[_-]?)?key["'\\ \t]{0,4}(?:=>?|:|,|\t| )["'\\ \t]{0,4}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/diy,
			{ group: 1, check: isRandom },
		),
		matchMember: (key, value) =>
			value.length === 40 &&
			/secret[_-]?(?:access[_-]?)?key$/i.test(key) &&
			/^[A-Za-z0-9/+]{40}$/.test(value) &&
			isRandom(value)
				? { start: 0, end: value.length }
				: undefined,
	},
	{
		type: 'secret/slack-token',
		set: 'secrets',
		literals: ['xoxa-', 'xoxb-', 'xoxc-', 'xoxd-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
		match: startsWith(/x(?:ox[a-s]|app)[-.][A-Za-z0-9%.-]{9,}[A-Za-z0-9]/dy, { notAfter: /[\w%.-]/, check: hasDigit }),
	},
	{
		type: 'secret/jwt',
		set: 'secrets',
		literals: ['eyJ'],
		match: startsWith(/eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){2,4}/dy, { notAfter: /[\w-]/, check: hasJoseHeader }),
	},
	{
		type: 'secret/bearer',
		set: 'secrets',
		literals: ['bearer', 'Bearer', 'BEARER'],
		match: startsWith(/bearer[ \t]+([A-Za-z0-9._~+/-]{7,}[A-Za-z0-9_~+/-]={0,2})/diy, {
			group: 1,
			notAfter: /\w/,
			check: (value) => hasDigit(value) || (value.length >= 16 && /[a-z][A-Z]/.test(value)),
		}),
	},
	{
		type: 'secret/url-credential',
		set: 'secrets',
		literals: ['://'],
		match: startsWith(/:\/\/[^\s/?#@:"'`<>\\]{0,128}:([^\s/?#"'`<>\\]{1,256})@[A-Za-z0-9[]/dy, {
			group: 1,
			check: (value) => !/^(?:\$\{|\$\(|\{\{|%|\*+$|x+$|\.+$)/i.test(value),
		}),
	},
];

/**
 * The block from BEGIN to END (RFC 7468). A block that was cut off is protected as far as it looks like one:
 * half a key is worth having.
 */
function privateKey(text: string, at: number): Span | undefined {
	const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
	begin.lastIndex = at;
	if (!begin.test(text)) return undefined;
	const body = begin.lastIndex;
	const dashes = text.indexOf('-----', body);
	const last = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
	last.lastIndex = dashes;
	if (dashes !== -1 && last.test(text)) return { start: at, end: last.lastIndex };
	const rest = text.slice(body, dashes === -1 ? undefined : dashes);
	return { start: at, end: body + (/^[A-Za-z0-9+/=\s:,\\-]*/.exec(rest)?.[0].trimEnd().length ?? 0) };
}

/** The first part of a JWT or JWE is a JSON object with `alg` (RFC 7515 §4.1.1, RFC 7516 §4.1.1). */
function hasJoseHeader(value: string): boolean {
	const header = value.slice(0, value.indexOf('.'));
	if (header.length > 4096) return false;
	try {
		const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString());
		return typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'alg');
	} catch {
		return false;
	}
}

function isRandom(value: string): boolean {
	return /[a-z]/.test(value) && /[A-Z]/.test(value) && hasDigit(value);
}

function hasDigit(value: string): boolean {
	return /[0-9]/.test(value);
}
