import type { FastifyInstance } from 'fastify';
import type { FrameLine, Line } from '../../../engine/recording/lines.ts';
import { ApiError } from '../api-error.ts';
import { holderOf } from '../guard.ts';
import type { FindingCover, ReceivedRead, SessionRow, SessionSource } from '../ports.ts';
import { rfc3339 } from '../rfc3339.ts';
import { type LineView, viewLine } from '../session-view.ts';

/** Lines of one answer, unless fewer are asked for. */
const LINES = 200;
/** An answer ends after the line that brings its frames over this, bytes. */
const ANSWER_BYTES = 4 * 1024 * 1024;

const READERS = ['auditor', 'admin'] as const;
const name = { type: 'string', minLength: 1, maxLength: 256 };
const digits = { type: 'string', pattern: '^[0-9]{1,15}$' };
const count = { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$' };
const nothing = { type: 'object', additionalProperties: false };
const byId = { type: 'object', properties: { id: name }, required: ['id'], additionalProperties: false };

/** Recorded sessions. Nothing here changes anything, but reading received bytes leaves a record. */
export function sessionRoutes(
	app: FastifyInstance,
	options: {
		readonly sessions: SessionSource;
		readonly cover: FindingCover;
		readonly receivedRead: (read: ReceivedRead) => Promise<void>;
	},
): void {
	const { sessions, cover } = options;

	app.get<{ Querystring: { server?: string; principal?: string; limit?: string; before?: string } }>(
		'/sessions',
		{
			config: { roles: READERS },
			schema: {
				querystring: {
					type: 'object',
					properties: {
						server: name,
						principal: name,
						limit: count,
						before: { type: 'string', pattern: '^[0-9]{1,20}$' },
					},
					additionalProperties: false,
				},
			},
		},
		async ({ query: { limit = '100', before, ...filter } }) => {
			const rows: SessionRow[] = [];
			for await (const row of sessions.sessions(filter)) {
				if (before === undefined || row.started_ns < BigInt(before)) rows.push(row);
			}
			// newest first: `before` of the next page is the start of the last one here
			rows.sort((a, b) => (a.started_ns < b.started_ns ? 1 : a.started_ns > b.started_ns ? -1 : 0));
			const page = rows.slice(0, Number(limit));
			return { sessions: page.map(present), more: rows.length > page.length };
		},
	);

	app.get<{ Params: { id: string } }>(
		'/sessions/:id',
		{ config: { roles: READERS }, schema: { params: byId, querystring: nothing } },
		async ({ params: { id } }) => {
			const header = await headerOf(id);
			const filter = { server: header.server.name, principal: header.principal.id };
			for await (const row of sessions.sessions(filter)) {
				if (row.id === id) return { header, summary: present(row) };
			}
			return { header };
		},
	);

	app.get<{ Params: { id: string }; Querystring: { from?: string; limit?: string; received?: string } }>(
		'/sessions/:id/frames',
		{
			config: { roles: READERS },
			schema: {
				params: byId,
				querystring: {
					type: 'object',
					properties: { from: digits, limit: count, received: { type: 'string', enum: ['0', '1'] } },
					additionalProperties: false,
				},
			},
		},
		async (request) => {
			const { id } = request.params;
			const holder = holderOf(request);
			const received = request.query.received === '1';
			if (received && holder.role !== 'auditor') {
				throw new ApiError(403, 'ERR_API_ROLE', 'only a token of role `auditor` may read bytes as they were received', {
					help: 'leave out `received`, or use a token of role auditor',
				});
			}
			await headerOf(id);
			const { lines, next } = await page(id, Number(request.query.from ?? 0), Number(request.query.limit ?? LINES));
			const [first, last] = [lines[0], lines.at(-1)];
			// recorded first: what cannot be recorded is not shown
			if (received && first !== undefined && last !== undefined) {
				await options.receivedRead({ by: holder, session: id, from: first.seq, to: last.seq });
			}
			const views: LineView[] = [];
			for (const line of lines) {
				const held = line.type === 'rejudge' ? await frameAt(id, line.rejudges) : undefined;
				views.push(viewLine(line, cover, { received, ...(held === undefined ? {} : { held }) }));
			}
			return { session: id, frames: views, ...(next === undefined ? {} : { next }) };
		},
	);

	async function headerOf(id: string) {
		const header = await sessions.header(id);
		if (header !== undefined) return header;
		throw new ApiError(404, 'ERR_API_SESSION_UNKNOWN', `there is no session \`${id}\``, {
			help: '`sluice sessions list` names those that there are',
		});
	}

	/** `next`: the `seq` to go on from, if there is more. */
	async function page(id: string, from: number, limit: number): Promise<{ lines: Line[]; next?: number }> {
		const lines: Line[] = [];
		let bytes = 0;
		for await (const line of sessions.lines(id, from)) {
			if (lines.length >= limit || bytes > ANSWER_BYTES) return { lines, next: line.seq };
			lines.push(line);
			bytes += 'bytes' in line ? line.bytes.length : 0;
		}
		return { lines };
	}

	async function frameAt(id: string, seq: number): Promise<FrameLine | undefined> {
		for await (const line of sessions.lines(id, seq))
			return line.seq === seq && line.type === 'frame' ? line : undefined;
		return undefined;
	}
}

function present(row: SessionRow) {
	return { ...row, started: rfc3339(row.started_ns) };
}
