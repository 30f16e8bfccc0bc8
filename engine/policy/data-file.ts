import { LineCounter, parseDocument } from 'yaml';
import type { JsonNode } from '../frame/json.ts';
import { scanJson } from '../frame/scan.ts';
import { type DataPath, placeInFile } from './data-place.ts';
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

/** Deeper data is a mistake. */
const MAX_DEPTH = 256;

/** Read strictly, as frames are: a key twice is an error here too, and every error has its exact place. */
function parseJson(path: string, text: string): unknown {
	const bytes = Buffer.from(text, 'utf8');
	const scanned = scanJson(bytes, { frame: bytes.length, depth: MAX_DEPTH, keys: Number.POSITIVE_INFINITY });
	if (!scanned.ok) {
		const { message, offset } = scanned.refusal;
		throw syntaxError(path, message.replace('the frame', 'the file'), placeAt(bytes, offset ?? 0));
	}
	requireExactNumbers(path, bytes, scanned.root);
	return JSON.parse(text);
}

function requireExactNumbers(path: string, bytes: Buffer, node: JsonNode): void {
	if (node.type === 'number') requireExact(path, Number(node.raw), node.raw, () => placeAt(bytes, node.start));
	else if (node.type === 'array') for (const item of node.items) requireExactNumbers(path, bytes, item);
	else if (node.type === 'object') for (const { value } of node.members) requireExactNumbers(path, bytes, value);
}

function placeAt(bytes: Buffer, offset: number): Omit<Place, 'file'> {
	const before = bytes.toString('utf8', 0, offset).split('\n');
	return { row: before.length, col: before.at(-1)!.length + 1 };
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
		const at = (steps: DataPath) => placeInFile(path, text, steps) ?? { row: 1, col: 1 };
		return plain(path, document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, [], at);
	} catch (caught) {
		if (caught instanceof ReferenceError) throw syntaxError(path, caught.message, { row: 1, col: 1 });
		throw caught;
	}
}

/** What YAML has and JSON has not becomes a number or an error. */
function plain(path: string, value: unknown, steps: DataPath, at: (steps: DataPath) => Omit<Place, 'file'>): unknown {
	if (typeof value === 'bigint') {
		requireExact(path, Number(value), String(value), () => at(steps));
		return Number(value);
	}
	if (typeof value === 'number') requireExact(path, value, undefined, () => at(steps));
	if (Array.isArray(value)) return value.map((item, index) => plain(path, item, [...steps, index], at));
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(
			Object.entries(value).map(([key, item]) => [key, plain(path, item, [...steps, key], at)]),
		);
	}
	return value;
}

function requireExact(path: string, value: number, source: string | undefined, at: () => Omit<Place, 'file'>): void {
	const integer = source !== undefined && /^-?\d+$/.test(source);
	if (Number.isFinite(value) && !(integer && !Number.isSafeInteger(value))) return;
	throw refuse({
		code: 'ERR_POLICY_DATA_NUMBER',
		level: 'error',
		message: `the number \`${source ?? value}\` cannot be kept exactly`,
		help: 'write it as a string, in quotes',
		place: { ...at(), file: path },
	});
}

function syntaxError(path: string, message: string, at: Omit<Place, 'file'>) {
	const kind = path.endsWith('.json') ? 'JSON' : 'YAML';
	return refuse({
		code: 'ERR_POLICY_DATA_SYNTAX',
		level: 'error',
		message: `not ${kind}: ${message.split('\n')[0]!.replace(/\.$/, '')}`,
		help:
			kind === 'JSON' ? 'mend it there; comments and trailing commas are YAML' : 'mend it there; indent with spaces',
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
