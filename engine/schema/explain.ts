import type { ErrorObject } from 'ajv';
import { nearest } from './nearest.ts';

/** One thing that is wrong with a document, in the words of whoever wrote it. */
export interface Complaint {
	/** JSON Pointer (RFC 6901) of the value, or of the unknown member itself. */
	readonly pointer: string;
	/** true: it is the key at `pointer` that is wrong, not its value. */
	readonly key: boolean;
	/** Lower case, no full stop, input in backticks. */
	readonly message: string;
	readonly help?: string;
}

/**
 * Errors of an Ajv run (options `allErrors` and `verbose`) as complaints, sorted by pointer.
 *
 * A schema may say in `description` what a value must be; that wording is used. Below an `anyOf` or `oneOf` that has
 * a description only the description is said: the errors of its branches would contradict each other.
 */
export function explain(errors: readonly ErrorObject[]): Complaint[] {
	const choices = errors.filter((e) => (e.keyword === 'anyOf' || e.keyword === 'oneOf') && described(e));
	const said = new Map<string, Complaint>();
	for (const error of errors) {
		const hidden = choices.some((c) => c !== error && error.schemaPath.startsWith(`${c.schemaPath}/`));
		if (hidden) continue;
		const complaint = complain(error);
		if (complaint === undefined) continue;
		const id = `${complaint.pointer}\n${complaint.message}`;
		if (!said.has(id)) said.set(id, complaint);
	}
	return [...said.values()].sort((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0));
}

/** `/servers/db/stdio` as `servers.db.stdio`; the root is `fallback`. */
export function dotted(pointer: string, fallback = 'the document'): string {
	return pointer === '' ? fallback : tokens(pointer).join('.');
}

/** The reference tokens of a JSON Pointer, unescaped. */
export function tokens(pointer: string): string[] {
	return pointer
		.split('/')
		.slice(1)
		.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `token` as it stands in a JSON Pointer. */
export function escapeToken(token: string): string {
	return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function described(error: ErrorObject): string | undefined {
	const description = (error.parentSchema as { description?: unknown } | undefined)?.description;
	return typeof description === 'string' ? description : undefined;
}

function complain(error: ErrorObject): Complaint | undefined {
	const pointer = error.instancePath;
	const name = dotted(pointer);
	const wanted = described(error);
	const params = error.params as Record<string, unknown>;
	switch (error.keyword) {
		case 'additionalProperties':
			return unknownKey(error, pointer, String(params.additionalProperty));
		case 'propertyNames': {
			const names = (error.schema as { description?: string }).description;
			return {
				pointer: `${pointer}/${escapeToken(String(params.propertyName))}`,
				key: true,
				message: `\`${params.propertyName}\` is not a name that \`${name}\` can hold`,
				...(names === undefined ? {} : { help: `a name here is ${names}` }),
			};
		}
		case 'required':
			return {
				pointer,
				key: false,
				message: `\`${name}\` lacks \`${params.missingProperty}\``,
				help: `add \`${params.missingProperty}\``,
			};
		case 'enum': {
			const allowed = (params.allowedValues as unknown[]).map(String);
			const near = typeof error.data === 'string' ? nearest(error.data, allowed) : undefined;
			return {
				pointer,
				key: false,
				message: `\`${name}\` cannot be \`${shown(error.data)}\``,
				help:
					near === undefined
						? `write one of ${allowed.map((a) => `\`${a}\``).join(', ')}`
						: `did you mean \`${near}\`? (one of ${allowed.map((a) => `\`${a}\``).join(', ')})`,
			};
		}
		case 'const':
			return { pointer, key: false, message: `\`${name}\` must be \`${shown(params.allowedValue)}\`` };
		case 'if':
			return undefined; // what `then` says is enough
		default: {
			// an error about the name of a key has its own entry under `propertyNames`
			if (error.propertyName !== undefined) return undefined;
			const must = wanted ?? (error.keyword === 'type' ? article(String(params.type)) : undefined);
			if (must === undefined) return { pointer, key: false, message: `\`${name}\` ${error.message ?? 'is not valid'}` };
			const wish = must.startsWith('must ') ? must : `must be ${must}`;
			const nested = typeof error.data === 'object' && error.data !== null;
			return { pointer, key: false, message: `\`${name}\` ${wish}${nested ? '' : `, not \`${shown(error.data)}\``}` };
		}
	}
}

function unknownKey(error: ErrorObject, pointer: string, key: string): Complaint {
	const schema = error.parentSchema as { properties?: Record<string, unknown> } | undefined;
	const known = Object.keys(schema?.properties ?? {});
	const near = nearest(key, known);
	const where = pointer === '' ? '' : ` in \`${dotted(pointer)}\``;
	return {
		pointer: `${pointer}/${escapeToken(key)}`,
		key: true,
		message: `unknown key \`${key}\`${where}`,
		help: near === undefined ? `known here: ${known.map((k) => `\`${k}\``).join(', ')}` : `did you mean \`${near}\`?`,
	};
}

function article(type: string): string {
	const words = type.split(',').map((t) => (t === 'array' ? 'a list' : /^[aeio]/.test(t) ? `an ${t}` : `a ${t}`));
	return words.join(' or ');
}

/** A value short enough for one line; what is nested is only named, as it may hold what nobody should see. */
function shown(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object' && value !== null) return 'an object';
	const text = String(value);
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
