import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createDetector } from '../../engine/detect/detector.ts';
import { SluiceError } from '../../engine/error.ts';
import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';
import { headerText, lineFormatter } from '../../engine/recording/session-file.ts';
import { AuditTrail } from '../../gateway/audit-trail.ts';
import { osPrincipal } from '../../gateway/identity/principals.ts';
import { checkSessionId } from '../../gateway/record/admissible.ts';
import { LmdbReader } from '../../gateway/record/lmdb/reader.ts';
import { LmdbRecorder } from '../../gateway/record/lmdb/recorder.ts';
import type { SessionSummary } from '../../gateway/record/types.ts';
import type { Shell } from '../shell.ts';
import { shownFrame, shownText } from './cover.ts';
import { describeFrame } from './describe.ts';
import { type LocalStore, type StorePlace, withStore } from './local-store.ts';
import { type RecordedSession, sessionsIn } from './session-argument.ts';

/** Lines of one append on import: bounded memory, few commits. */
const BATCH = 256;

/** All recorded sessions, oldest first. */
export async function listSessions(
	place: StorePlace,
	filter: { server?: string; principal?: string },
	shell: Shell,
): Promise<SessionSummary[]> {
	return withStore(place, shell, true, async ({ store, master }) => {
		const found = await all(new LmdbReader(store, master).sessions(filter));
		return found.sort((a, b) =>
			a.started_ns < b.started_ns ? -1 : a.started_ns > b.started_ns ? 1 : a.id < b.id ? -1 : 1,
		);
	});
}

/** One line of a session as anybody may see it. */
export interface ShownLine {
	readonly seq: number;
	readonly t: number;
	readonly from: string;
	readonly what: string;
	readonly verdict?: string;
	readonly rules?: readonly string[];
	readonly outcome?: string;
	/** As delivered, findings masked. */
	readonly text?: string;
}

/** A session's header and lines, masked; that it was read is recorded first. @throws SluiceError `ERR_SESSION_UNKNOWN` */
export async function showSession(
	id: string,
	place: StorePlace,
	shell: Shell,
): Promise<{ readonly header: RecordingHeader; readonly lines: readonly ShownLine[] }> {
	return withStore(place, shell, false, async (local) => {
		const reader = new LmdbReader(local.store, local.master);
		const header = await known(reader, id);
		await noted(local, shell, [id], 'show');
		const lines = (await all(reader.lines(id))).map(shownLine);
		return { header, lines };
	});
}

const detector = createDetector({ detectors: ['secrets', 'pii'] });

/** What there is to see of a line. */
export function shownLine(line: Line): ShownLine {
	const { seq, t } = line;
	switch (line.type) {
		case 'frame': {
			const rules = [...new Set((line.reasons ?? []).map((reason) => reason.rule))];
			const text = shownFrame(line);
			return {
				seq,
				t,
				from: line.from,
				what: describeFrame(line, detector),
				...(line.verdict === undefined
					? {}
					: { verdict: line.by === 'gateway' ? `refused ${line.code ?? ''}`.trim() : line.verdict }),
				...(rules.length === 0 ? {} : { rules }),
				...(line.outcome === undefined ? {} : { outcome: line.outcome }),
				...(text === undefined ? {} : { text }),
			};
		}
		case 'gateway': {
			const text = shownFrame(line);
			const what = line.answers === undefined ? 'message' : `answer to ${line.answers}`;
			return { seq, t, from: 'gateway', what, ...(text === undefined ? {} : { text }) };
		}
		case 'rejudge': {
			const rules = [...new Set(line.reasons.map((reason) => reason.rule))];
			return {
				seq,
				t,
				from: 'gateway',
				what: `release of ${line.rejudges}`,
				verdict: line.verdict,
				rules,
				outcome: line.outcome,
			};
		}
		case 'event': {
			const of = line.of === undefined ? '' : ` ${line.of}`;
			const detail = line.detail === undefined ? '' : ` ${shownText(JSON.stringify(line.detail))}`;
			return { seq, t, from: 'event', what: `${line.event}${of}${detail}` };
		}
	}
}

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
	await out(headerText(header));
	for await (const line of reader.lines(header.id)) await out(format(line));
}

async function writeInto(folder: string, header: RecordingHeader, reader: LmdbReader): Promise<void> {
	await mkdir(folder, { recursive: true });
	const parts: string[] = [];
	await write(header, reader, async (text) => void parts.push(text));
	// an id may hold what a file name cannot; received bytes are in clear, so nobody else may read it
	const name = header.id.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_');
	await writeFile(join(folder, `${name}.session.jsonl`), parts.join(''), { mode: 0o600 });
}

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
			for (const { header, lines } of sessions) {
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

async function known(reader: LmdbReader, id: string): Promise<RecordingHeader> {
	const header = await reader.header(id);
	if (header !== undefined) return header;
	throw new SluiceError('ERR_SESSION_UNKNOWN', `there is no session \`${id}\``, {
		help: '`sluice sessions list` shows what is there',
	});
}

/** Who opens evidence is evidence (contract §3). */
async function noted(
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

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
	const list: T[] = [];
	for await (const item of items) list.push(item);
	return list;
}
