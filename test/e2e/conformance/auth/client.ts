import {
	Client,
	ClientCredentialsProvider,
	type OAuthClientProvider,
	PrivateKeyJwtProvider,
	StreamableHTTPClientTransport,
	UnauthorizedError,
} from '@modelcontextprotocol/client';
import { BrowserProvider } from './provider.ts';

const scenario = process.env['MCP_CONFORMANCE_SCENARIO'];
const revision = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'];
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Record<string, string>;
const clientId = context['client_id']!;
const clientSecret = context['client_secret']!;

/** A client that is told to log in again and again gives up: once, and once more to step up. */
const logins = 2;

function providerOf(): OAuthClientProvider {
	switch (scenario) {
		case 'auth/client-credentials-basic':
			return new ClientCredentialsProvider({ clientId, clientSecret });
		case 'auth/client-credentials-jwt': {
			const privateKey = context['private_key_pem']!;
			return new PrivateKeyJwtProvider({ clientId, privateKey, algorithm: context['signing_algorithm'] ?? 'ES256' });
		}
		case 'auth/pre-registration':
			return new BrowserProvider({ client_id: clientId, client_secret: clientSecret });
		default:
			return new BrowserProvider();
	}
}

const authProvider = providerOf();
const mode = revision === '2026-07-28' ? { pin: revision } : 'legacy';
const client = () => new Client({ name: 'conformance-client', version: '1.0.0' }, { versionNegotiation: { mode } });

/** Does `step`; logs in when it has to and does it again. */
async function loggedIn<T>(url: URL, step: (transport: StreamableHTTPClientTransport) => Promise<T>): Promise<T> {
	for (let login = 1; ; login++) {
		const transport = new StreamableHTTPClientTransport(url, { authProvider });
		try {
			return await step(transport);
		} catch (error) {
			const callback = authProvider instanceof BrowserProvider ? authProvider.callback : undefined;
			if (!(error instanceof UnauthorizedError) || callback === undefined || login > logins) throw error;
			await transport.finishAuth(callback);
		}
	}
}

/** One connection from beginning to end. */
async function session(transport: StreamableHTTPClientTransport): Promise<void> {
	const connected = client();
	try {
		await connected.connect(transport);
		const { tools } = await connected.listTools();
		await connected.callTool({ name: tools[0]!.name, arguments: {} });
	} finally {
		await connected.close();
	}
}

/** Logs in at `url` with the SDK's own flow, lists tools and calls one. What to log in with, the referee says in the environment. */
export function visit(url: string): Promise<void> {
	return loggedIn(new URL(url), session);
}
