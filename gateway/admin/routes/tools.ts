import type { FastifyInstance } from 'fastify';
import { holderOf } from '../guard.ts';
import type { FindingCover, ToolDesk } from '../ports.ts';
import { viewDefinitions, viewTool } from '../tool-view.ts';

const READERS = ['auditor', 'admin'] as const;
const server = { type: 'string', minLength: 1, maxLength: 256 };
const tool = { type: 'string', minLength: 1, maxLength: 512 };
const hash = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const nothing = { type: 'object', additionalProperties: false };
const one = { type: 'object', properties: { server, tool }, required: ['server', 'tool'], additionalProperties: false };

/** Tool definitions: what is pinned, what was seen last, and taking a change. A GET never accepts anything. */
export function toolRoutes(app: FastifyInstance, desk: ToolDesk, cover: FindingCover): void {
	app.get<{ Querystring: { server?: string } }>(
		'/tools',
		{
			config: { roles: READERS },
			schema: { querystring: { type: 'object', properties: { server }, additionalProperties: false } },
		},
		({ query }) => ({ tools: desk.list(query.server).map(viewTool) }),
	);

	app.get<{ Params: { server: string; tool: string } }>(
		'/tools/:server/:tool',
		{ config: { roles: READERS }, schema: { params: one, querystring: nothing } },
		({ params }) => viewDefinitions(desk.get(params.server, params.tool), cover),
	);

	app.post<{ Params: { server: string; tool: string }; Body: { hash?: string } | undefined }>(
		'/tools/:server/:tool/accept',
		{
			config: { roles: ['admin'] },
			schema: {
				params: one,
				querystring: nothing,
				body: { type: ['object', 'null'], properties: { hash }, additionalProperties: false },
			},
		},
		async (request) => {
			const { server, tool } = request.params;
			const accepted = await desk.accept(server, tool, holderOf(request).principal, request.body?.hash);
			return { ...viewTool(desk.get(server, tool)), accepted: accepted ?? null };
		},
	);
}
