import { SluiceError } from '../../engine/error.ts';
import type { RecordingHeader } from '../../engine/recording/lines.ts';
import { AuditTrail } from '../../gateway/audit-trail.ts';
import { osPrincipal } from '../../gateway/identity/principals.ts';
import type { LmdbReader } from '../../gateway/record/lmdb/reader.ts';
import { LmdbRecorder } from '../../gateway/record/lmdb/recorder.ts';
import type { Shell } from '../shell.ts';
import type { LocalStore } from './local-store.ts';

/** The header of a session that must be there. @throws SluiceError `ERR_SESSION_UNKNOWN` */
export async function known(reader: LmdbReader, id: string): Promise<RecordingHeader> {
	const header = await reader.header(id);
	if (header !== undefined) return header;
	throw new SluiceError('ERR_SESSION_UNKNOWN', `there is no session \`${id}\``, {
		help: '`sluice sessions list` shows what is there',
	});
}

/** Records that somebody opens these sessions: who opens evidence is evidence (contract §3). Durable when it resolves. */
export async function noted(
	{ store, master }: LocalStore,
	shell: Shell,
	sessions: readonly string[],
	how: string,
): Promise<void> {
	const recorder = new LmdbRecorder(store, master);
	try {
		await new AuditTrail(recorder, shell.clock).read(osPrincipal(shell.user), { sessions, how });
	} finally {
		await recorder.close();
	}
}

/** All of it, in memory. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
	const list: T[] = [];
	for await (const item of items) list.push(item);
	return list;
}
