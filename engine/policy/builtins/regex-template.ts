import { RE2JS } from 're2js';
import { attempt, BuiltinError } from './types.ts';

/**
 * The pattern of a template such as `urn:<\d+>:x`: what stands between the delimiters (the outermost, if they nest) is a
 * regular expression, the rest is text. Each delimiter is one byte. Errors for delimiters that do not pair, and for an
 * expression that is none by itself.
 */
export function templatePattern(template: string, open: string, close: string): string {
	if (Buffer.byteLength(open) !== 1 || Buffer.byteLength(close) !== 1) {
		throw new BuiltinError('a delimiter that is not one byte');
	}
	let pattern = '^';
	let level = 0;
	let from = 0;
	for (let i = 0; i < template.length; i++) {
		// Of two equal delimiters every one opens.
		if (template[i] === open) {
			if (level++ === 0) {
				pattern += literal(template.slice(from, i));
				from = i + 1;
			}
		} else if (template[i] === close) {
			if (--level < 0) break;
			if (level === 0) {
				pattern += `(${expression(template.slice(from, i))})`;
				from = i + 1;
			}
		}
	}
	if (level !== 0) throw new BuiltinError('delimiters that do not pair');
	return `${pattern}${literal(template.slice(from))}$`;
}

function expression(pattern: string): string {
	attempt(() => RE2JS.compile(`^${pattern}$`));
	return pattern;
}

/** Go's `regexp.QuoteMeta` */
function literal(text: string): string {
	return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
