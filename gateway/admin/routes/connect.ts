import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorOf } from '../answer-error.ts';
import { ApiError } from '../api-error.ts';
import type { ConnectDesk } from '../ports.ts';
import { rfc3339 } from '../rfc3339.ts';
import { consentPage, donePage, errorPage, pagePolicy, signInPage } from './connect-pages.ts';

const server = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' };
const params = { type: 'object', properties: { server }, required: ['server'], additionalProperties: false };
type At = { Params: { server: string }; Body: URLSearchParams };

/** How long a browser keeps what it must bring back, s. */
const AWAY = 600;

/**
 * Where people connect themselves to servers that are used in their name. No script, no ambient authority: who
 * somebody is, they show on the page, and what they agree to is what the page says.
 */
export function connectPages(app: FastifyInstance, desk: ConnectDesk): void {
	app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
		done(null, new URLSearchParams(body as string)),
	);
	app.setErrorHandler((error, _request, reply) => {
		const said = errorOf(error);
		return html(reply.code(said instanceof ApiError ? said.status : 500), errorPage(said));
	});
	const open = { config: { roles: 'open' as const }, schema: { params } };

	app.get<At>('/:server', open, async ({ params: { server } }, reply) => {
		if (!desk.connections.servers.includes(server)) throw unknown(server);
		return html(reply, signInPage(server));
	});

	app.post<At>('/:server', open, async (request, reply) => {
		const { server } = request.params;
		ownPage(request, desk);
		const found = await desk.who(request.body.get('token')?.trim() ?? '', server);
		if (found === undefined) throw nobody();
		const { principal } = found;
		const { present, ...consent } = await desk.connections.ask(server, principal);
		const since = present === undefined ? {} : { since: rfc3339(present.created) };
		// The browser is sent on from one https address to the next until it is where somebody signs in.
		const there = new URL(consent.issuer);
		const forms = ` https:${there.protocol === 'http:' ? ` ${there.origin}` : ''}`;
		return html(reply, consentPage({ ...consent, principal: principal.id, ...since }), forms);
	});

	app.post<At>('/:server/allow', open, async (request, reply) => {
		const { server } = request.params;
		ownPage(request, desk);
		const { url, browser } = await desk.connections.allow(server, request.body.get('handle') ?? '');
		return reply
			.header('set-cookie', `${cookieName(server, desk)}=${browser}; Max-Age=${AWAY}; ${cookieScope(desk)}`)
			.redirect(url, 303);
	});

	app.post<At>('/:server/disconnect', open, async (request, reply) => {
		const { server } = request.params;
		ownPage(request, desk);
		await desk.connections.disconnect(server, request.body.get('handle') ?? '');
		return html(reply, donePage('Disconnected', `The gateway no longer uses ${server} in your name.`));
	});

	app.get<At>('/:server/callback', open, async (request, reply) => {
		const { server } = request.params;
		const query = new URL(request.url, 'http://localhost').searchParams;
		const name = cookieName(server, desk);
		void reply.header('set-cookie', `${name}=; Max-Age=0; ${cookieScope(desk)}`);
		const { principal } = await desk.connections.finish(server, query, cookie(request, name));
		return html(reply, donePage('Connected', `${principal.id} is connected to ${server}. You can close this page.`));
	});
}

function html(reply: FastifyReply, body: string, forms?: string): FastifyReply {
	return (
		reply
			.header('content-security-policy', pagePolicy(forms))
			// Without it a browser leaves the origin out of what our own forms post.
			.header('referrer-policy', 'same-origin')
			.type('text/html; charset=utf-8')
			.serializer((text: unknown) => text as string)
			.send(body)
	);
}

/** A form of ours, and not one that another page had somebody's browser send. */
function ownPage({ headers, body }: FastifyRequest<At>, { url }: ConnectDesk): void {
	const { origin } = new URL(url());
	if (headers.origin !== origin) {
		throw new ApiError(403, 'ERR_ORIGIN_FORBIDDEN', 'this form came from another page', { help: `begin at ${origin}` });
	}
	if (!(body instanceof URLSearchParams)) throw new ApiError(415, 'ERR_API_MEDIA_TYPE', 'the body is not a form');
}

function nobody(): ApiError {
	return new ApiError(401, 'ERR_API_TOKEN_INVALID', 'the token is unknown, expired or revoked', {
		help: '`sluice token create` makes a new one',
	});
}

/** `__Host-` where browsers honour it: only this host can have set it (RFC 6265bis §4.1.3.2). */
function cookieName(server: string, { url }: ConnectDesk): string {
	return `${url().startsWith('https:') ? '__Host-' : ''}sluice-connect-${server}`;
}

function cookieScope({ url }: ConnectDesk): string {
	return `Path=/; HttpOnly; SameSite=Lax${url().startsWith('https:') ? '; Secure' : ''}`;
}

function cookie({ headers }: FastifyRequest<At>, name: string): string | undefined {
	const found = (headers.cookie ?? '').split(/; */).filter((pair) => pair.startsWith(`${name}=`));
	// Two of them: one was planted.
	return found.length === 1 ? found[0]!.slice(name.length + 1) : undefined;
}

function unknown(server: string): ApiError {
	return new ApiError(404, 'ERR_CONNECT_UNKNOWN', `\`${server}\` is no server that people connect themselves to`, {
		help: 'only servers with `auth.userGrant` in the configuration are',
	});
}
