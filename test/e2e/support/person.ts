import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import { Browser } from './browser.ts';

type Registration = Parameters<NonNullable<OAuthClientProvider['saveClientInformation']>>[0];
type Tokens = Parameters<OAuthClientProvider['saveTokens']>[0];

/**
 * A person with a browser in front of an MCP client that keeps what it is given. Both SDK generations take it as
 * their `authProvider`.
 */
export class Person implements OAuthClientProvider {
	readonly redirectUrl: string;
	readonly close: () => void;
	/** Scopes of each authorization request. */
	readonly asked: (string | null)[] = [];
	/** `resource` of each authorization request (RFC 8707). */
	readonly resources: (string | null)[] = [];
	/** What came back with the browser, once. */
	callback: URLSearchParams | undefined;
	held: Tokens | undefined;
	readonly #name: string;
	#registration: Registration | undefined;
	#verifier = '';

	constructor(name: string, redirectUrl: string, close: () => void) {
		this.#name = name;
		this.redirectUrl = redirectUrl;
		this.close = close;
	}

	get clientMetadata() {
		return {
			client_name: 'test client',
			redirect_uris: [this.redirectUrl],
			application_type: 'native',
			grant_types: ['authorization_code', 'refresh_token'],
			response_types: ['code'],
			token_endpoint_auth_method: 'none',
		};
	}

	clientInformation() {
		return this.#registration;
	}

	saveClientInformation(registration: Registration) {
		this.#registration = registration;
	}

	tokens() {
		return this.held;
	}

	saveTokens(tokens: Tokens) {
		this.held = tokens;
	}

	codeVerifier() {
		return this.#verifier;
	}

	saveCodeVerifier(verifier: string) {
		this.#verifier = verifier;
	}

	/** Logs in and consents. */
	async redirectToAuthorization(url: URL) {
		this.asked.push(url.searchParams.get('scope'));
		this.resources.push(url.searchParams.get('resource'));
		const browser = new Browser();
		let page = await browser.open(url.href);
		for (let step = 0; step < 3 && !page.url.startsWith(this.redirectUrl); step++) {
			page = await browser.submit(page, page.text.includes('name="login"') ? { login: this.#name, password: 'x' } : {});
		}
		this.callback = new URL(page.url).searchParams;
	}
}

/** Somebody who can log in; the address that the browser is sent back to is open until `close`. */
export async function person(name: string): Promise<Person> {
	const server = createServer((_req, res) => void res.end('You can close this page.'));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return new Person(name, `http://127.0.0.1:${port}/callback`, () => {
		server.closeAllConnections();
		server.close();
	});
}
