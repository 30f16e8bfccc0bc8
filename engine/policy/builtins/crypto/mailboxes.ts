import { isDomainName } from './domain-names.ts';

export interface Mailbox {
	readonly local: string;
	readonly domain: string;
}

/** A Mailbox of RFC 2821 §4.1.2 in ASCII; its domain is whatever is one; `undefined` if it is none. */
export function parseMailbox(text: string): Mailbox | undefined {
	const local = text.startsWith('"') ? quotedLocal(text) : plainLocal(text);
	if (local === undefined || text[local.length] !== '@') return undefined;
	const domain = text.slice(local.length + 1);
	return isDomainName(domain) ? { local: local.name, domain } : undefined;
}

interface Local {
	readonly name: string;
	/** How much of the text it takes. */
	readonly length: number;
}

/** A quoted-string of RFC 2822 §3.2.5. */
function quotedLocal(text: string): Local | undefined {
	let name = '';
	for (let at = 1; at < text.length; at++) {
		const char = text[at]!;
		if (char === '"') return { name, length: at + 1 };
		if (char === '\\') {
			const quoted = text[++at];
			if (quoted === undefined || !/[\x01-\x09\x0b\x0c\x0e-\x7f]/.test(quoted)) return undefined;
			name += quoted;
		} else if (/[\x01-\x08\x0b\x0c\x0e-\x21\x23-\x7f]/.test(char) || char === ' ') name += char;
		else return undefined;
	}
	return undefined;
}

/** Atoms with dots between them; a backslash may stand before any character (RFC 3696 §3). */
function plainLocal(text: string): Local | undefined {
	let name = '';
	let at = 0;
	for (; at < text.length; at++) {
		if (text[at] === '\\') {
			const quoted = text[++at];
			if (quoted === undefined) return undefined;
			name += quoted;
		} else if (/[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]/.test(text[at]!)) name += text[at];
		else break;
	}
	if (name === '' || name.startsWith('.') || name.endsWith('.') || name.includes('..')) return undefined;
	return { name, length: at };
}
