import { isUtf8 } from 'node:buffer';
import { SluiceError } from '../error.ts';
import type { Line, RecordingHeader } from './lines.ts';
import { notUtf8, SessionParser } from './session-parser.ts';

/** A session file in memory. */
export interface ParsedSession {
	readonly header: RecordingHeader;
	readonly lines: readonly Line[];
}

/**
 * Reads a session file (contract §5). Only the header and `seq`, `from`, `text` are required; defaults: `id` the name
 * of the file, `started_ns` 0, server `server` over stdio without labels, principal `anonymous`, `t` that of the line
 * before, `to` the client.
 *
 * `name` is the file's name, for messages. Blank lines are skipped.
 * @throws SluiceError `ERR_SESSION_FILE` with `file:line`; `ERR_SESSION_FILE_VERSION` when a newer Sluice wrote it.
 */
export function parseSession(text: string | Buffer, name: string): ParsedSession {
	const [session, another] = parseSessions(text, name);
	if (session !== undefined && another === undefined) return session;
	throw new SluiceError('ERR_SESSION_FILE', `${name}: the file holds several sessions`, {
		help: 'split it at the header lines',
	});
}

/** As `parseSession`, for files with several sessions one after the other, each with its header line; at least one. */
export function parseSessions(text: string | Buffer, name: string): ParsedSession[] {
	if (typeof text !== 'string' && !isUtf8(text)) {
		throw notUtf8(name);
	}
	const parser = new SessionParser(name);
	const all = typeof text === 'string' ? text : text.toString('utf8');
	const sessions: { readonly header: RecordingHeader; readonly lines: Line[] }[] = [];
	for (const line of all.split('\n')) {
		const { header, line: parsed } = parser.line(line);
		if (header !== undefined) sessions.push({ header, lines: [] });
		if (parsed !== undefined) sessions.at(-1)!.lines.push(parsed);
	}
	parser.end();
	return sessions;
}
