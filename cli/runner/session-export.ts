import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import type { RecordingHeader } from '../../engine/recording/lines.ts';
import { headerText, lineFormatter } from '../../engine/recording/session-file.ts';
import { LmdbReader } from '../../gateway/record/lmdb/reader.ts';
import type { Shell } from '../shell.ts';
import { all, known, noted } from './audited.ts';
import { type StorePlace, withStore } from './local-store.ts';

/**
 * Writes sessions with their received bytes in clear, one session file after the other, to stdout or one file each
 * into `folder`. That they were opened is recorded first.
 * @throws SluiceError `ERR_SESSION_UNKNOWN`
 */
export async function exportSessions(
	request: StorePlace & { readonly ids: readonly string[]; readonly all: boolean; readonly folder?: string },
	shell: Shell,
): Promise<number> {
	return withStore(request, shell, false, async (local) => {
		const reader = new LmdbReader(local.store, local.master);
		const ids = request.all ? (await all(reader.sessions())).map(({ id }) => id) : request.ids;
		if (ids.length === 0)
			throw new SluiceError('ERR_NOTHING_TO_JUDGE', 'there is no session to export', { help: 'name ids, or --all' });
		const headers = await Promise.all(ids.map((id) => known(reader, id)));
		await noted(local, shell, ids, 'export');
		for (const header of headers) {
			if (request.folder === undefined) await write(header, reader, (text) => shell.out(text));
			else await writeInto(resolve(shell.cwd, request.folder), header, reader);
		}
		return ids.length;
	});
}

async function write(header: RecordingHeader, reader: LmdbReader, out: (text: string) => Promise<void>): Promise<void> {
	const format = lineFormatter(header);
	// so that `check` can warn where such a file lies in a git work tree
	await out(headerText({ ...header, exported: 'received' }));
	for await (const line of reader.lines(header.id)) await out(format(line));
}

async function writeInto(folder: string, header: RecordingHeader, reader: LmdbReader): Promise<void> {
	await mkdir(folder, { recursive: true });
	const parts: string[] = [];
	await write(header, reader, async (text) => void parts.push(text));
	// received bytes are in clear, so nobody else may read it
	await writeFile(join(folder, fileNameOf(header.id)), parts.join(''), { mode: 0o600 });
}

/** The session file of this id: an id may hold what a file name cannot. */
export function fileNameOf(id: string): string {
	return `${id.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')}.session.jsonl`;
}
