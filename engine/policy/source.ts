import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SluiceError } from '../error.ts';
import { type DataObject, isObject, mergeData, parseDataFile } from './data-file.ts';
import { placeInFile } from './data-place.ts';
import { refuse } from './policy-error.ts';
import type { DataFile, Place, PolicyFile, PolicySource } from './types.ts';

/** Names at the top of `data` that belong to Rego packages. */
export const RESERVED_DATA: readonly string[] = ['rules', 'lib', 'sluice'];

const DATA_FILES = new Set(['data.json', 'data.yaml', 'data.yml']);

/**
 * Reads a policy folder: Rego (tests apart) and data in OPA's bundle layout, where the folder a data file lies in
 * is its path in `data`. `dataFiles` (`policy.data` of the configuration) are merged over it in their order.
 * Dot folders and `node_modules` are passed over.
 *
 * @throws {PolicyError} `ERR_POLICY_DATA_SYNTAX`, `ERR_POLICY_DATA_NUMBER`, `ERR_POLICY_DATA_SHAPE`,
 * `ERR_POLICY_DATA_CONFLICT`, `ERR_POLICY_DATA_RESERVED`, `ERR_POLICY_EMPTY`, `ERR_POLICY_READ`
 * @throws {SluiceError} `ERR_POLICY_MISSING`
 */
export async function readPolicySource(folder: string, dataFiles: readonly string[] = []): Promise<PolicySource> {
	const found = await stat(folder).catch(() => undefined);
	if (!found?.isDirectory()) {
		throw new SluiceError('ERR_POLICY_MISSING', `there is no policy folder \`${folder}\``, {
			help: 'give the folder that holds the Rego files, or a bundle made by `sluice build`',
		});
	}
	const files = await list(folder);
	const rego = files.filter((path) => path.endsWith('.rego'));
	const modules = await Promise.all(rego.filter((path) => !path.endsWith('_test.rego')).map(read));
	const tests = await Promise.all(rego.filter((path) => path.endsWith('_test.rego')).map(read));
	if (!modules.some((module) => /^[ \t]*package[ \t]+rules\b/m.test(module.text))) {
		throw refuse({
			code: 'ERR_POLICY_EMPTY',
			level: 'error',
			message: `\`${folder}\` holds no rule package, so it would allow everything`,
			help: 'put a rule into a package `rules.<category>.<name>`, or take one of the profiles of `sluice init`',
		});
	}
	let data: unknown = {};
	const mounted: Mounted[] = [];
	const sources: DataFile[] = [];
	for (const path of files.filter((name) => DATA_FILES.has(basename(name)))) {
		const file = { ...(await read(path)), under: path.split('/').slice(0, -1) };
		const value = mount(file);
		data = unite(data, value, [], { file, earlier: mounted });
		mounted.push({ path, value });
		sources.push(file);
	}
	for (const path of dataFiles) {
		const text = decode(path, await readFile(path).catch(unreadable(path)));
		data = mergeData(data, checkTop({ path, text, under: [] }, parseDataFile(path, text)));
		sources.push({ path, text, under: [] });
	}
	return { origin: folder, modules, tests, data: data as DataObject, dataFiles: sources };

	async function read(path: string): Promise<PolicyFile> {
		return { path, text: decode(path, await readFile(join(folder, path)).catch(unreadable(path))) };
	}
}

/** Paths of all files below the folder, with `/`, sorted; a folder reached twice (links) is read once. */
async function list(folder: string): Promise<string[]> {
	const seen = new Set<string>();
	const found: string[] = [];
	const walk = async (under: string): Promise<void> => {
		const here = join(folder, under);
		const real = await realpath(here).catch(unreadable(under));
		if (seen.has(real)) return;
		seen.add(real);
		for (const name of (await readdir(here).catch(unreadable(under))).sort()) {
			if (name.startsWith('.') || name === 'node_modules') continue;
			const path = under === '' ? name : `${under}/${name}`;
			const entry = await stat(join(folder, path)).catch(unreadable(path));
			if (entry.isDirectory()) await walk(path);
			else if (entry.isFile() && (name.endsWith('.rego') || DATA_FILES.has(name))) found.push(path);
		}
	};
	await walk('');
	return found.sort((a, b) => (a < b ? -1 : 1));
}

/** A data file with its value at its path in `data`. */
interface Mounted {
	readonly path: string;
	readonly value: unknown;
}

function mount(file: DataFile): DataObject {
	let value = parseDataFile(file.path, file.text);
	for (const name of file.under.toReversed()) value = { [name]: value };
	return checkTop(file, value);
}

/** The union of two files' data; no two files of a folder may say the same thing. */
function unite(one: unknown, other: unknown, at: string[], from: { file: DataFile; earlier: Mounted[] }): unknown {
	if (isObject(one) && isObject(other)) {
		const united = new Map(Object.entries(one));
		for (const [key, value] of Object.entries(other)) {
			united.set(key, united.has(key) ? unite(united.get(key), value, [...at, key], from) : value);
		}
		return Object.fromEntries(united);
	}
	const first = from.earlier.find(
		({ value }) => at.reduce<unknown>((v, key) => (isObject(v) ? v[key] : undefined), value) !== undefined,
	);
	throw refuse({
		code: 'ERR_POLICY_DATA_CONFLICT',
		level: 'error',
		message: `\`${at.join('.')}\` is also defined by \`${first?.path}\``,
		help: 'keep one of them; only files of `policy.data` replace what the folder says',
		place: placeOf(from.file, at),
	});
}

/** Where a value stands in the file that says it. */
function placeOf({ path, text, under }: DataFile, at: readonly string[]): Place {
	return placeInFile(path, text, at.slice(under.length)) ?? { file: path, row: 1, col: 1 };
}

function checkTop(file: DataFile, value: unknown): DataObject {
	if (!isObject(value)) {
		throw refuse({
			code: 'ERR_POLICY_DATA_SHAPE',
			level: 'error',
			message: 'data must be an object at the top',
			help: 'give each value a name, as in `config: { level: enforce }`',
			place: { file: file.path, row: 1, col: 1 },
		});
	}
	const reserved = RESERVED_DATA.find((name) => Object.hasOwn(value, name));
	if (reserved !== undefined) {
		throw refuse({
			code: 'ERR_POLICY_DATA_RESERVED',
			level: 'error',
			message: `data may not define \`${reserved}\`: that name belongs to Rego packages`,
			help: 'move it under another name, for example `config`',
			place: placeOf(file, [reserved]),
		});
	}
	return value;
}

function decode(path: string, bytes: Buffer): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw unread(
			path,
			`\`${path}\` is not UTF-8 text`,
			'save it as UTF-8, or give it another name if it is none of the policy',
		);
	}
}

function unreadable(path: string): (error: Error) => never {
	return (error) => {
		const why = error.message.split(',')[0];
		const help = 'check that it is there and may be read; `policy.data` in sluice.yaml names data files';
		throw unread(path, `\`${path}\` cannot be read: ${why}`, help);
	};
}

function unread(path: string, message: string, help: string): SluiceError {
	return refuse({ code: 'ERR_POLICY_READ', level: 'error', message, help, place: { file: path, row: 1, col: 1 } });
}
