import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import type { Line } from '../../engine/recording/lines.ts';
import { checkSessionId } from '../../gateway/record/admissible.ts';
import { LmdbReader } from '../../gateway/record/lmdb/reader.ts';
import { LmdbRecorder } from '../../gateway/record/lmdb/recorder.ts';
import type { Shell } from '../shell.ts';
import { type StorePlace, withStore } from './local-store.ts';
import { type RecordedSession, sessionsIn } from './session-argument.ts';

/** Lines of one append on import: bounded memory, few commits. */
const BATCH = 256;

/**
 * Puts session files into the store and gives the ids. A session that is there already is an error, never changed;
 * all files are read before the first is put there.
 */
export async function importSessions(files: readonly string[], place: StorePlace, shell: Shell): Promise<string[]> {
	const sessions: RecordedSession[] = [];
	for (const file of files) {
		const bytes = file === '-' ? await shell.read() : await read(resolve(shell.cwd, file), file);
		sessions.push(...(await sessionsIn(file === '-' ? 'stdin' : file, bytes)));
	}
	return withStore(place, shell, false, async (local) => {
		await requireNew(new LmdbReader(local.store, local.master), sessions);
		const recorder = new LmdbRecorder(local.store, local.master);
		const close = shell.use(() => recorder.close());
		const ids: string[] = [];
		try {
			for (const { header: given, lines } of sessions) {
				// in the store it is a recording like any other
				const { exported: _, ...header } = given;
				await recorder.open(header);
				let batch: Line[] = [];
				for await (const line of lines()) {
					batch.push(line);
					if (batch.length < BATCH) continue;
					await recorder.append(header.id, batch);
					batch = [];
				}
				if (batch.length > 0) await recorder.append(header.id, batch);
				ids.push(header.id);
			}
		} finally {
			await close();
		}
		return ids;
	});
}

async function requireNew(reader: LmdbReader, sessions: readonly RecordedSession[]): Promise<void> {
	const ids = new Set<string>();
	for (const { header, name } of sessions) {
		checkSessionId(header.id);
		const twice = ids.has(header.id);
		if (!twice && (await reader.header(header.id)) === undefined) {
			ids.add(header.id);
			continue;
		}
		const where = twice ? 'comes twice' : 'is in this store already';
		throw new SluiceError('ERR_RECORD_SESSION_EXISTS', `${name}: session \`${header.id}\` ${where}`, {
			help: 'give it another `id` in its header line; nothing was imported',
		});
	}
}

async function read(path: string, file: string): Promise<Buffer> {
	try {
		return await readFile(path);
	} catch (cause) {
		throw new SluiceError('ERR_SESSION_UNKNOWN', `cannot read \`${file}\``, { help: 'check the path', cause });
	}
}
