import { LineCounter, parseDocument } from 'yaml';
import { refuse } from './policy-error.ts';
import type { Place } from './types.ts';

/** A JSON object. */
export type DataObject = { readonly [key: string]: unknown };

/** Largest number of alias expansions in a YAML file: more is a mistake or an attack. */
const MAX_ALIASES = 100;

/**
 * Parses a data file, JSON or YAML 1.2 by its name.
 *
 * @throws {PolicyError} `ERR_POLICY_DATA_SYNTAX` with the place, `ERR_POLICY_DATA_NUMBER` when a number cannot be
 * kept exactly
 */
export function parseDataFile(path: string, text: string): unknown {
	return path.endsWith('.json') ? parseJson(path, text) : parseYaml(path, text);
}

function parseJson(path: string, text: string): unknown {
	try {
		return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
			if (typeof value === 'number') requireExact(path, value, context?.source);
			return value;
		});
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		throw syntaxError(path, error.message.replace(/ in JSON at position.*$/, ''), jsonPlace(text, error.message));
	}
}

/** V8 names a position only sometimes; otherwise the YAML parser, which reads nearly all JSON, finds the place. */
function jsonPlace(text: string, message: string): { row: number; col: number } {
	const position = /at position (\d+)/.exec(message)?.[1];
	if (position !== undefined) {
		const before = text.slice(0, Number(position)).split('\n');
		return { row: before.length, col: before.at(-1)!.length + 1 };
	}
	const lines = new LineCounter();
	const error = parseDocument(text, { lineCounter: lines }).errors[0];
	const at = lines.linePos(error?.pos[0] ?? text.length);
	return { row: Math.max(at.line, 1), col: Math.max(at.col, 1) };
}

function parseYaml(path: string, text: string): unknown {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
		uniqueKeys: true,
		stringKeys: true,
		intAsBigInt: true,
	});
	const error = document.errors[0];
	if (error) {
		const { line, col } = lines.linePos(error.pos[0]);
		throw syntaxError(path, error.message, { row: line, col });
	}
	try {
		return plain(path, document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown);
	} catch (caught) {
		if (caught instanceof ReferenceError) throw syntaxError(path, caught.message, { row: 1, col: 1 });
		throw caught;
	}
}

/** What YAML has and JSON has not becomes a number or an error. */
function plain(path: string, value: unknown): unknown {
	if (typeof value === 'bigint') {
		requireExact(path, Number(value), String(value));
		return Number(value);
	}
	if (typeof value === 'number') requireExact(path, value, undefined);
	if (Array.isArray(value)) return value.map((item) => plain(path, item));
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(path, item)]));
	}
	return value;
}

function requireExact(path: string, value: number, source: string | undefined): void {
	const integer = source !== undefined && /^-?\d+$/.test(source);
	if (Number.isFinite(value) && !(integer && !Number.isSafeInteger(value))) return;
	throw refuse({
		code: 'ERR_POLICY_DATA_NUMBER',
		level: 'error',
		message: `the number \`${source ?? value}\` cannot be kept exactly`,
		help: 'write it as a string, in quotes',
		place: { file: path, row: 1, col: 1 },
	});
}

function syntaxError(path: string, message: string, at: Omit<Place, 'file'>) {
	const kind = path.endsWith('.json') ? 'JSON' : 'YAML';
	return refuse({
		code: 'ERR_POLICY_DATA_SYNTAX',
		level: 'error',
		message: `not ${kind}: ${message.split('\n')[0]!.replace(/\.$/, '')}`,
		place: { file: path, ...at },
	});
}

/** `over` merged over `under`: objects deep, all else replaced (contract §2). */
export function mergeData(under: unknown, over: unknown): unknown {
	if (!isObject(under) || !isObject(over)) return over;
	const merged = new Map(Object.entries(under));
	for (const [key, value] of Object.entries(over)) {
		merged.set(key, merged.has(key) ? mergeData(merged.get(key), value) : value);
	}
	return Object.fromEntries(merged);
}

/** Whether a value of a data file is an object. */
export function isObject(value: unknown): value is DataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
