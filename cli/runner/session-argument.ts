import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SluiceError } from '../../engine/error.ts';
import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';
import { parseSessions } from '../../engine/recording/session-file.ts';
import { LmdbReader } from '../../gateway/record/lmdb/reader.ts';
import type { Shell } from '../shell.ts';
import { type StorePlace, withStore } from './local-store.ts';
import { shown } from './policy-argument.ts';

const unzip = promisify(gunzip);

/** A recorded session, wherever it lay. */
export interface RecordedSession {
	/** As the user would say it: the path of the file, or the id. */
	readonly name: string;
	/** Absent: it came out of a store or stdin. */
	readonly file?: string;
	readonly header: RecordingHeader;
	/** From the first line, each time it is called. */
	readonly lines: () => Iterable<Line> | AsyncIterable<Line>;
	/** Key of the `hash` mask where the session was recorded; absent for files. */
	readonly hashKey?: Buffer;
}

/**
 * Calls `work` with every session that the SESSION arguments name, one after the other (contract §3): a session id
 * (looked up with `--store` or `--config`), a session file (`.jsonl`, `.jsonl.gz`), a folder of them, `-` for stdin.
 * @throws SluiceError `ERR_SESSION_UNKNOWN`, `ERR_SESSION_FILE…`, `ERR_NOTHING_TO_JUDGE` when there is none at all
 */
export async function eachSession(
	args: readonly string[],
	place: StorePlace,
	shell: Shell,
	work: (session: RecordedSession) => Promise<void>,
): Promise<void> {
	let seen = 0;
	const give = async (session: RecordedSession) => {
		seen++;
		await work(session);
	};
	const giveAll = async (path: string) => {
		for (const session of await sessionsIn(shown(path, shell), await read(path, shell), path)) await give(session);
	};
	for (const arg of args) {
		if (arg === '-') {
			for (const session of await sessionsIn('stdin', await shell.read())) await give(session);
			continue;
		}
		const path = resolve(shell.cwd, arg);
		const found = await stat(path).catch(() => undefined);
		if (found?.isDirectory()) {
			for (const file of await sessionFiles(path)) await giveAll(file);
		} else if (found !== undefined) {
			await giveAll(path);
		} else if (/[\\/]|\.jsonl(\.gz)?$/.test(arg)) {
			throw new SluiceError('ERR_SESSION_UNKNOWN', `there is no file or folder \`${arg}\``, { help: 'check the path' });
		} else {
			await fromStore(arg, place, shell, give);
		}
	}
	if (seen === 0) {
		throw new SluiceError(
			'ERR_NOTHING_TO_JUDGE',
			`there is no recorded session in ${args.map((a) => `\`${a}\``).join(', ')}`,
			{
				help: 'sessions are files that end in .jsonl or .jsonl.gz; `sluice sessions export` writes them',
			},
		);
	}
}

/** A session out of a file. @throws SluiceError `ERR_SESSION_FILE…` */
export async function fromFile(path: string, shell: Shell): Promise<RecordedSession> {
	const name = shown(path, shell);
	const [session, another] = await sessionsIn(name, await read(path, shell), path);
	if (session !== undefined && another === undefined) return session;
	throw new SluiceError('ERR_SESSION_FILE', `${name}: the file holds several sessions`, {
		help: 'split it at the header lines',
	});
}

async function read(path: string, shell: Shell): Promise<Buffer> {
	try {
		return await readFile(path);
	} catch (cause) {
		const why = (cause as Error).message.split(',')[0];
		throw new SluiceError('ERR_SESSION_UNKNOWN', `cannot read the session file \`${shown(path, shell)}\`: ${why}`, {
			help: 'check the path, and who may read it',
			cause,
		});
	}
}

/** All sessions of a file's bytes (gzip or not). @throws SluiceError `ERR_SESSION_FILE…` */
export async function sessionsIn(name: string, bytes: Buffer, file?: string): Promise<RecordedSession[]> {
	const all = parseSessions(await unpacked(bytes, name), name);
	return all.map(({ header, lines }) => ({
		name: all.length === 1 ? name : `${name}#${header.id}`,
		...(file === undefined ? {} : { file }),
		header,
		lines: () => lines,
	}));
}

/** Every session file below a folder, sorted. */
export async function sessionFiles(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile() && /\.jsonl(\.gz)?$/.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}

async function fromStore(
	id: string,
	place: StorePlace,
	shell: Shell,
	give: (session: RecordedSession) => Promise<void>,
): Promise<void> {
	await withStore(place, shell, true, async ({ store, master }) => {
		const reader = new LmdbReader(store, master);
		const header = await reader.header(id);
		if (header === undefined) {
			throw new SluiceError('ERR_SESSION_UNKNOWN', `there is no session \`${id}\` in the store, and no such file`, {
				help: '`sluice sessions list` shows what is there',
			});
		}
		await give({ name: id, header, lines: () => reader.lines(id), hashKey: master.hashKey });
	});
}

/** Gunzipped, if it is gzip (RFC 1952: it begins with 1f 8b). */
export async function unpacked(bytes: Buffer, name: string): Promise<Buffer> {
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
	try {
		return await unzip(bytes);
	} catch (cause) {
		throw new SluiceError('ERR_SESSION_FILE', `${name}: the gzip data is damaged`, {
			help: 'export the session again',
			cause,
		});
	}
}
