/** What a protected resource says to somebody who comes without a token. */
export interface Challenged {
	/** The authorization server (RFC 9728 `authorization_servers`); without metadata the resource's own origin (2025-03-26). */
	readonly issuer: string;
	/** What it calls itself. */
	readonly resource: string;
	/** `scope` of the challenge, else `scopes_supported` of the metadata. */
	readonly scopes: readonly string[];
}

/** Asks `url` for what a gateway's operator would read in its manual. */
export async function ask(url: string): Promise<Challenged> {
	const { origin, pathname } = new URL(url);
	const refused = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
		body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
	});
	const challenge = refused.headers.get('www-authenticate') ?? '';
	const parameter = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
	const wellKnown = `${origin}/.well-known/oauth-protected-resource`;
	for (const place of [parameter('resource_metadata'), `${wellKnown}${pathname}`, wellKnown]) {
		if (place === undefined) continue;
		const answered = await fetch(place);
		if (!answered.ok) continue;
		const metadata = (await answered.json()) as {
			readonly resource?: string;
			readonly authorization_servers?: readonly string[];
			readonly scopes_supported?: readonly string[];
		};
		return {
			issuer: metadata.authorization_servers?.[0] ?? origin,
			resource: metadata.resource ?? url,
			scopes: parameter('scope')?.split(' ') ?? metadata.scopes_supported ?? [],
		};
	}
	return { issuer: origin, resource: url, scopes: [] };
}
