import { glob, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import { type FilePlace, type SessionFilter, type SessionPlace, wanted } from '../../gateway/judging/place.ts';
import { splitBytes, splitFile } from '../../gateway/judging/split.ts';
import { StorePlaces } from '../../gateway/judging/store-places.ts';
import type { Shell } from '../shell.ts';
import { type LocalStore, withStore } from './local-store.ts';
import { shown } from './policy-argument.ts';
import type { Selection } from './selection.ts';
import { sessionFiles, unpacked } from './session-argument.ts';

/** What one SESSION argument stands for. */
type Argument =
	| { readonly kind: 'stdin' }
	| { readonly kind: 'files'; readonly paths: readonly string[] }
	| { readonly kind: 'id'; readonly id: string };

/** A plain file this large may hold a month: then it is cut into pieces. */
const LARGE = 4 * 1024 * 1024;
/** Session files shrink about this much when they are zipped. */
const ZIPPED = 6;

/**
 * Lends `work` the places of all sessions that are selected, in the order of the arguments, each once: a session id
 * (looked up with `--store` or `--config`), a session file, a folder of them, a glob, `-` for stdin; after them those of
 * the whole store. A store is open as long as `work` runs.
 * @throws SluiceError `ERR_SESSION_UNKNOWN`, `ERR_STORE_…`, `ERR_USAGE` when nothing is named
 */
export async function withPlaces<T>(
	selection: Selection,
	filter: SessionFilter,
	shell: Shell,
	work: (places: AsyncIterable<SessionPlace>) => Promise<T>,
): Promise<T> {
	if (selection.sessions.length === 0 && selection.all !== true) {
		throw new SluiceError('ERR_USAGE', 'nobody says which sessions are meant', {
			help: 'name ids, session files, folders or globs, or add --all for every session of the store',
		});
	}
	const args: Argument[] = [];
	for (const arg of selection.sessions) args.push(await argument(arg, shell));
	const all = selection.all === true;
	if (!all && args.every(({ kind }) => kind !== 'id')) return work(places(args, undefined, all, filter, shell));
	return withStore(selection, shell, true, (local) => work(places(args, local, all, filter, shell)));
}

async function argument(arg: string, shell: Shell): Promise<Argument> {
	if (arg === '-') return { kind: 'stdin' };
	const path = resolve(shell.cwd, arg);
	const found = await stat(path).catch(() => undefined);
	if (found?.isDirectory()) return { kind: 'files', paths: await sessionFiles(path) };
	if (found !== undefined) return { kind: 'files', paths: [path] };
	if (/[*?[{]/.test(arg)) {
		const paths: string[] = [];
		for await (const match of glob(arg, { cwd: shell.cwd })) paths.push(resolve(shell.cwd, match));
		const files = await Promise.all(paths.sort().map(async (match) => ((await stat(match)).isFile() ? [match] : [])));
		if (files.flat().length > 0) return { kind: 'files', paths: files.flat() };
		throw new SluiceError('ERR_SESSION_UNKNOWN', `no file matches \`${arg}\``, {
			help: 'quote the pattern, and try it with `ls`; `**` stands for any folders',
		});
	}
	if (/[\\/]|\.jsonl(\.gz)?$/.test(arg)) {
		throw new SluiceError('ERR_SESSION_UNKNOWN', `there is no file or folder \`${arg}\``, { help: 'check the path' });
	}
	return { kind: 'id', id: arg };
}

async function* places(
	args: readonly Argument[],
	local: LocalStore | undefined,
	all: boolean,
	filter: SessionFilter,
	shell: Shell,
): AsyncGenerator<SessionPlace> {
	const store = local && new StorePlaces(local.store, local.master);
	const seen = new Set<string>();
	const first = (key: string): boolean => !seen.has(key) && seen.add(key) !== undefined;
	for (const arg of args) {
		if (arg.kind === 'stdin') {
			if (first('-')) yield* fromStdin(shell);
		} else if (arg.kind === 'files') {
			for (const path of arg.paths) if (first(`file ${path}`)) yield* fromFile(path, shell);
		} else if (first(`id ${arg.id}`)) {
			const place = await store!.of(arg.id, ', and no such file');
			if (wanted(filter, place.header)) yield place;
		}
	}
	if (!all || store === undefined) return;
	for (const id of await store.idsByAge()) {
		if (!first(`id ${id}`)) continue;
		const place = await store.of(id);
		if (wanted(filter, place.header)) yield place;
	}
}

async function* fromStdin(shell: Shell): AsyncGenerator<SessionPlace> {
	const bytes = await unpacked(await shell.read(), 'stdin');
	yield* splitBytes({ kind: 'bytes', name: 'stdin', bytes, weight: bytes.length });
}

async function* fromFile(path: string, shell: Shell): AsyncGenerator<SessionPlace> {
	const size = (await stat(path).catch(() => undefined))?.size ?? 0;
	const zipped = /\.gz$/.test(path);
	const place: FilePlace = { kind: 'file', name: shown(path, shell), path, weight: zipped ? size * ZIPPED : size };
	if (zipped || size < LARGE) yield place;
	else yield* await splitFile(place);
}
