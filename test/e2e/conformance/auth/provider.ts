import type {
	OAuthClientInformationMixed,
	OAuthClientMetadata,
	OAuthClientProvider,
	OAuthTokens,
} from '@modelcontextprotocol/client';

/** Where the client would listen for its user's browser; nobody comes, see `redirectToAuthorization`. */
const redirect = 'http://127.0.0.1/callback';

/** A user's browser and a client's memory in one: logs in wherever it is sent, at once. */
export class BrowserProvider implements OAuthClientProvider {
	readonly redirectUrl = redirect;
	readonly clientMetadataUrl = 'https://conformance-test.local/client-metadata.json';
	readonly clientMetadata: OAuthClientMetadata = { client_name: 'conformance client', redirect_uris: [redirect] };
	/** What the authorization server sent the browser back with. */
	callback: URLSearchParams | undefined;
	#client: OAuthClientInformationMixed | undefined;
	#tokens: OAuthTokens | undefined;
	#verifier = '';

	/** @param client Credentials from an earlier registration, if there was one. */
	constructor(client?: OAuthClientInformationMixed) {
		this.#client = client;
	}

	clientInformation() {
		return this.#client;
	}

	saveClientInformation(client: OAuthClientInformationMixed) {
		this.#client = client;
	}

	tokens() {
		return this.#tokens;
	}

	saveTokens(tokens: OAuthTokens) {
		this.#tokens = tokens;
	}

	codeVerifier() {
		return this.#verifier;
	}

	saveCodeVerifier(verifier: string) {
		this.#verifier = verifier;
	}

	invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery') {
		if (scope === 'all' || scope === 'client') this.#client = undefined;
		if (scope === 'all' || scope === 'tokens') this.#tokens = undefined;
	}

	async redirectToAuthorization(url: URL) {
		const { headers } = await fetch(url, { redirect: 'manual' });
		const location = headers.get('location');
		if (location === null) throw new Error(`no redirect from ${url}`);
		this.callback = new URL(location).searchParams;
	}
}
