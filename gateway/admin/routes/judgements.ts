import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { exactJson } from '../../../engine/exact-json.ts';
import { errorOf } from '../answer-error.ts';
import { errorBody } from '../api-error.ts';
import { holderOf } from '../guard.ts';
import type { JudgementDesk } from '../ports.ts';

const kind = (desk: JudgementDesk) => ({
	type: 'object',
	properties: { kind: { type: 'string', enum: desk.kinds } },
	required: ['kind'],
	additionalProperties: false,
});
const nothing = { type: 'object', additionalProperties: false };

/**
 * Judges recorded sessions under policies that come with the request, and answers with what a report is made of: a line
 * of JSON a second while it goes on, then the result or an error.
 */
export function judgementRoutes(app: FastifyInstance, desk: JudgementDesk): void {
	app.addContentTypeParser(
		'application/x-tar',
		{ parseAs: 'buffer', bodyLimit: desk.bodyLimit },
		(_request, body, done) => done(null, body),
	);

	app.post<{ Params: { kind: string } }>(
		'/judgements/:kind',
		{
			config: { roles: ['auditor'] },
			bodyLimit: desk.bodyLimit,
			schema: { params: kind(desk), querystring: nothing },
		},
		async (request, reply) => {
			const run = desk.admit(holderOf(request).principal, request.params.kind, request.body);
			// also when nobody has taken a line yet
			reply.raw.once('close', () => run.end());
			return reply.type('application/x-ndjson').send(Readable.from(spelled(run.lines), { highWaterMark: 1 }));
		},
	);
}

async function* spelled(lines: AsyncIterable<object>): AsyncGenerator<string> {
	for await (const line of lines) {
		yield `${exactJson('error' in line ? errorBody(errorOf(line.error)) : line)}\n`;
	}
}
