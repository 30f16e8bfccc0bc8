import type { FastifyInstance } from 'fastify';
import { ApiError } from '../api-error.ts';
import { holderOf, STAFF } from '../guard.ts';
import type { ConnectDesk, Connection, Holder } from '../ports.ts';
import { rfc3339 } from '../rfc3339.ts';

const id = { type: 'string', minLength: 1, maxLength: 64 };
const nothing = { type: 'object', additionalProperties: false };
const byId = { type: 'object', properties: { id }, required: ['id'], additionalProperties: false };

/** Who has connected themselves to what: admins see all, everybody else their own. */
export function connectionRoutes(app: FastifyInstance, { connections }: ConnectDesk): void {
	app.get('/connections', { config: { roles: STAFF }, schema: { querystring: nothing } }, async (request) => ({
		connections: connections.list(seen(holderOf(request))).map(shown),
	}));

	app.delete<{ Params: { id: string } }>(
		'/connections/:id',
		{ config: { roles: STAFF }, schema: { params: byId, querystring: nothing } },
		async (request) => {
			const { id } = request.params;
			const holder = holderOf(request);
			// Somebody else's is not there.
			if (connections.list(seen(holder)).some((one) => one.id === id))
				return shown(await connections.remove(id, holder.principal));
			throw new ApiError(404, 'ERR_CONNECTION_UNKNOWN', `there is no connection \`${id}\``, {
				help: '`sluice connections list` names those that there are',
			});
		},
	);
}

function shown({ created, renewed, expires, ...info }: Connection): object {
	const times = { created: rfc3339(created), renewed: rfc3339(renewed) };
	return { ...info, ...times, ...(expires === undefined ? {} : { expires: rfc3339(expires) }) };
}

function seen({ principal, role }: Holder): Holder['principal'] | undefined {
	return role === 'admin' ? undefined : principal;
}
