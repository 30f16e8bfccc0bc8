import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { type Asked, rawServer } from './raw-server.ts';

/** An MCP server of ours that takes only tokens of one authorization server, made for itself. */
export interface ProtectedServer {
	readonly url: string;
	/** Authorization headers as they came, in order. */
	readonly shown: readonly (string | undefined)[];
	/** All request headers as they came. */
	readonly headers: readonly Readonly<Record<string, unknown>>[];
	/** Takes none of the tokens any more that it has seen so far. */
	forget(): void;
	/** Takes no token at all. */
	refuse(): void;
	close(): Promise<void>;
}

/** `whoami` gives `sub`, `client_id` and `scope` of the token that it was called with. */
export async function protectedServer(issuer: string): Promise<ProtectedServer> {
	const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
	const shown: (string | undefined)[] = [];
	const headers: Readonly<Record<string, unknown>>[] = [];
	const bad = new Set<string>();
	let open = true;
	const server = await rawServer((asked) => void serve(asked));
	const metadata = server.url.replace('/mcp', '/.well-known/oauth-protected-resource/mcp');

	async function serve({ path, method, body, json, status, ...asked }: Asked) {
		if (path.startsWith('/.well-known/oauth-protected-resource'))
			return json(JSON.stringify({ resource: server.url, authorization_servers: [issuer] }));
		headers.push(asked.headers);
		shown.push(asked.headers.authorization);
		const token = /^Bearer (.+)$/.exec(asked.headers.authorization ?? '')?.[1];
		let who: JWTPayload;
		try {
			if (!open || token === undefined || bad.has(token)) throw new Error('no');
			who = (await jwtVerify(token, keys, { issuer, audience: server.url })).payload;
		} catch {
			return status(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` });
		}
		if (method !== 'POST') return status(405);
		const frame = JSON.parse(body) as { id?: number; method: string };
		if (frame.id === undefined) return status(202);
		const answer = (result: object) => json(JSON.stringify({ jsonrpc: '2.0', id: frame.id, result }));
		if (frame.method === 'initialize')
			return answer({
				protocolVersion: '2025-11-25',
				capabilities: { tools: {} },
				serverInfo: { name: 'p', version: '1' },
			});
		const { sub, client_id, scope } = who;
		return answer({ content: [{ type: 'text', text: [sub, client_id, scope].join(' | ') }] });
	}

	return {
		url: server.url,
		shown,
		headers,
		forget() {
			for (const header of shown) if (header !== undefined) bad.add(header.slice('Bearer '.length));
		},
		refuse() {
			open = false;
		},
		close: server.close,
	};
}
