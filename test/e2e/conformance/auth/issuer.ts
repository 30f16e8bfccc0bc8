import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface IssuerOptions {
	/** What the resource server behind the gateway calls itself. */
	readonly resource: string;
	/** No token carries a scope, whatever was asked for. */
	readonly grantsNothing: boolean;
}

/** An authorization server in front of another. */
export interface Issuer {
	/** What it calls itself: the other's issuer, on an origin of its own. */
	readonly issuer: string;
	/** Where a gateway changes a token of its client into the one that was behind it (RFC 8693). */
	readonly exchangeUrl: string;
	/** What the gateway calls itself: a token is for it where none is asked for by name. */
	resource: string;
	close(): Promise<void>;
}

/**
 * The referee's authorization server with tokens that somebody else can verify: its own are opaque and known only to
 * its own resource server. Everything passes as it is, but for three things: the origin; each access token, which
 * becomes a signed one for the resource that was asked for (RFC 9068); and `jwks_uri` in the metadata. A client that asks for
 * exactly the resource that the gateway says it is, asks the referee for the one that its own server says it is.
 */
export async function signingIssuer(behind: string, options: IssuerOptions): Promise<Issuer> {
	const { publicKey, privateKey } = await generateKeyPair('ES256');
	const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] });
	const { origin: theirs, pathname } = new URL(behind);
	/** The referee's token by ours. */
	const opaque = new Map<string, string>();
	let ours = '';
	let issuer = '';

	async function sign(token: string, asked: URLSearchParams, granted: unknown): Promise<string> {
		const scope = options.grantsNothing ? '' : (granted ?? asked.get('scope') ?? '');
		const signed = await new SignJWT({ scope, client_id: 'conformance' })
			.setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'at+jwt' })
			.setIssuer(issuer)
			.setAudience(asked.get('resource') ?? made.resource)
			.setSubject('conformance')
			.setIssuedAt()
			.setExpirationTime('1h')
			.setJti(token)
			.sign(privateKey);
		opaque.set(signed, token);
		return signed;
	}

	/** What goes to the referee's server. */
	function outward(text: string): string {
		const named = text.replace(/\bresource=([^&]*)/, (asked, resource) =>
			resource === encodeURIComponent(made.resource) ? `resource=${encodeURIComponent(options.resource)}` : asked,
		);
		return swap(named, ours, theirs);
	}

	async function answer(req: IncomingMessage): Promise<Response> {
		const sent = await bodyOf(req);
		if (req.url === '/jwks') return json(jwks);
		const asked = new URLSearchParams(sent);
		if (req.url === '/exchange') return exchanged(opaque.get(asked.get('subject_token') ?? ''));
		const { 'content-type': type, authorization } = req.headers;
		const answered = await fetch(theirs + outward(req.url!), {
			method: req.method!,
			headers: { ...(type ? { 'content-type': type } : {}), ...(authorization ? { authorization } : {}) },
			redirect: 'manual',
			...(sent === '' ? {} : { body: outward(sent) }),
		});
		const text = swap(await answered.text(), theirs, ours);
		const location = answered.headers.get('location');
		if (location !== null)
			return new Response(null, { status: 302, headers: { location: swap(location, theirs, ours) } });
		if (!answered.headers.get('content-type')?.includes('json')) return new Response(text, { status: answered.status });
		const body = JSON.parse(text) as Record<string, unknown>;
		if (typeof body['access_token'] === 'string')
			body['access_token'] = await sign(body['access_token'], asked, body['scope']);
		if ('token_endpoint' in body) body['jwks_uri'] = `${ours}/jwks`;
		return json(JSON.stringify(body), answered.status);
	}

	const server = createServer((req, res) => {
		answer(req)
			.catch((error) => new Response(String(error), { status: 500 }))
			.then(async (answered) => {
				res.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text());
			})
			.catch(() => res.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	ours = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	issuer = ours + (pathname === '/' ? '' : pathname);
	const made: Issuer = {
		issuer,
		resource: '',
		exchangeUrl: `${ours}/exchange`,
		close() {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
	return made;
}

/** The answer of RFC 8693 §2.2.1. */
function exchanged(token: string | undefined): Response {
	if (token === undefined) return json('{"error":"invalid_grant"}', 400);
	return json(
		JSON.stringify({
			access_token: token,
			issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
			token_type: 'Bearer',
			expires_in: 3600,
		}),
	);
}

function json(body: string, status = 200): Response {
	return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}

/** Another origin, wherever it stands: as it is, or as a part of a query or a form. */
function swap(text: string, from: string, to: string): string {
	return text.replaceAll(from, to).replaceAll(encodeURIComponent(from), encodeURIComponent(to));
}

async function bodyOf(req: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of req) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}
