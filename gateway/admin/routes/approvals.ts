import type { FastifyInstance } from 'fastify';
import { ApiError } from '../api-error.ts';
import { holderOf } from '../guard.ts';
import type { ApprovalDesk, HeldRequest } from '../ports.ts';
import { rfc3339 } from '../rfc3339.ts';

const STATES = ['pending', 'approved', 'denied', 'expired', 'withdrawn', 'used'];
const APPROVERS = ['approver', 'admin'] as const;
const id = { type: 'string', minLength: 1, maxLength: 256 };
const nothing = { type: 'object', additionalProperties: false };
const byId = { type: 'object', properties: { id }, required: ['id'], additionalProperties: false };
const reason = { type: 'string', minLength: 1, maxLength: 2000 };

/** Held requests: a GET shows, only a POST decides (link previews and mail scanners follow links). */
export function approvalRoutes(app: FastifyInstance, desk: ApprovalDesk): void {
	app.get<{ Querystring: { state?: string } }>(
		'/approvals',
		{
			config: { roles: APPROVERS },
			schema: {
				querystring: {
					type: 'object',
					properties: { state: { type: 'string', enum: STATES } },
					additionalProperties: false,
				},
			},
		},
		async ({ query: { state } }) => ({
			approvals: (await desk.list(state === undefined ? {} : { state })).map(summarise),
		}),
	);

	app.get<{ Params: { id: string } }>(
		'/approvals/:id',
		{
			config: { roles: APPROVERS },
			schema: { params: byId, querystring: nothing },
		},
		async ({ params }) => {
			const request = await desk.get(params.id);
			if (request !== undefined) return show(request);
			throw new ApiError(404, 'ERR_APPROVAL_UNKNOWN', `there is no approval \`${params.id}\``, {
				help: '`sluice approvals list` names those that there are',
			});
		},
	);

	for (const vote of ['approve', 'deny'] as const) {
		app.post<{ Params: { id: string }; Body: { reason?: string } | undefined }>(
			`/approvals/:id/${vote}`,
			{
				config: { roles: APPROVERS },
				schema: {
					params: byId,
					querystring: nothing,
					body: { type: ['object', 'null'], properties: { reason }, additionalProperties: false },
				},
			},
			async (request) => {
				const { principal, role } = holderOf(request);
				return show(await desk.vote(request.params.id, principal, role, vote, request.body?.reason));
			},
		);
	}
}

function summarise(request: HeldRequest) {
	const { id, state, server, method, tool, principal, session, seq, demands, grant } = request;
	const { human, on_behalf_of } = principal;
	return {
		id,
		state,
		server,
		method,
		tool,
		// who asks, and for whom: neither may vote
		principal: { id: principal.id, issuer: principal.issuer, human, on_behalf_of },
		session,
		seq,
		demands,
		created: rfc3339(request.created),
		expires: rfc3339(request.expiresAt),
		...(grant === undefined ? {} : { grant: { expires: rfc3339(grant.expiresAt), used: grant.usedAt !== undefined } }),
	};
}

function show(request: HeldRequest) {
	return {
		...summarise(request),
		// a text, not JSON in JSON: what is approved is this spelling
		arguments: request.shown,
		votes: request.votes.map(({ by, human, vote, reason, at }) => ({ by, human, vote, reason, at: rfc3339(at) })),
	};
}
