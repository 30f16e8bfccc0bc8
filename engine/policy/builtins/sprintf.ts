import type { Builtin } from './types.ts';

/** `sprintf` as Go's fmt does it for the values Rego has (https://pkg.go.dev/fmt), for the verbs policies use. */
export const sprintfs = {
	sprintf: (_: unknown, format: string, values: readonly unknown[]) => {
		let next = 0;
		let out = '';
		const verb = /%(?:%|([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z]))/g;
		let last = 0;
		for (const m of format.matchAll(verb)) {
			out += format.slice(last, m.index);
			last = m.index + m[0].length;
			if (m[0] === '%%') {
				out += '%';
				continue;
			}
			const [, flags = '', width = '', precision, letter = 'v'] = m;
			if (next >= values.length) {
				out += `%!${letter}(MISSING)`;
				continue;
			}
			out += pad(one(letter, values[next++], flags, precision), flags, width);
		}
		out += format.slice(last);
		if (next < values.length) {
			const extra = values.slice(next).map((v) => `${goType(v)}=${text(v)}`);
			out += `%!(EXTRA ${extra.join(', ')})`;
		}
		return out;
	},
} satisfies Record<string, Builtin>;

function one(letter: string, value: unknown, flags: string, precision: string | undefined): string {
	switch (letter) {
		case 'v':
		case 's': {
			const s = text(value);
			return precision === undefined ? s : [...s].slice(0, Number(precision)).join('');
		}
		case 'q':
			return JSON.stringify(text(value));
		case 'd':
			if (typeof value === 'number' && Number.isInteger(value)) return sign(value, flags) + String(value);
			break;
		case 'x':
		case 'X': {
			let hex: string | undefined;
			if (typeof value === 'number' && Number.isInteger(value)) hex = value.toString(16);
			if (typeof value === 'string') hex = Buffer.from(value, 'utf8').toString('hex');
			if (hex !== undefined) return letter === 'X' ? hex.toUpperCase() : hex;
			break;
		}
		case 'o':
		case 'b':
			if (typeof value === 'number' && Number.isInteger(value)) return value.toString(letter === 'o' ? 8 : 2);
			break;
		case 'f':
		case 'F':
			if (typeof value === 'number') return sign(value, flags) + value.toFixed(Number(precision ?? 6));
			break;
		case 't':
			if (typeof value === 'boolean') return String(value);
			break;
	}
	return `%!${letter}(${goType(value)}=${text(value)})`;
}

const sign = (value: number, flags: string): string => (flags.includes('+') && value >= 0 ? '+' : '');

function pad(value: string, flags: string, width: string): string {
	const missing = Number(width || 0) - [...value].length;
	if (missing <= 0) return value;
	if (flags.includes('-')) return value + ' '.repeat(missing);
	if (!flags.includes('0')) return ' '.repeat(missing) + value;
	return /^[+-]/.test(value) ? value[0] + '0'.repeat(missing) + value.slice(1) : '0'.repeat(missing) + value;
}

/** How OPA prints a term with %v: strings bare at the top, everything else as Rego text. */
function text(value: unknown): string {
	return typeof value === 'string' ? value : rego(value);
}

function rego(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(rego).join(', ')}]`;
	if (value !== null && typeof value === 'object') {
		const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
		return `{${members.map(([k, v]) => `${JSON.stringify(k)}: ${rego(v)}`).join(', ')}}`;
	}
	return JSON.stringify(value);
}

function goType(value: unknown): string {
	if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
	if (typeof value === 'boolean') return 'bool';
	return 'string';
}
