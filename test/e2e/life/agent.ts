import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ClientCapabilities } from '@modelcontextprotocol/sdk/types.js';
import type { Test } from 'tap';

/** The official SDK's client, connected to one server of a gateway. `prepare` may set handlers first. */
export async function connect(
	t: Test,
	url: string,
	options: { token?: string; capabilities?: ClientCapabilities; prepare?: (client: Client) => void } = {},
): Promise<Client> {
	const headers: Record<string, string> = {};
	if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
	const client = new Client({ name: 'agent', version: '1.0.0' }, { capabilities: options.capabilities ?? {} });
	options.prepare?.(client);
	const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
	// The SDK's own types differ under exactOptionalPropertyTypes.
	await client.connect(transport as unknown as Transport);
	t.teardown(() => client.close());
	return client;
}

/** Calls a tool and gives the text of its answer. */
export async function ask(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
	const { content } = await client.callTool({ name, arguments: args });
	return (content as { text?: string }[]).map(({ text }) => text ?? '').join('\n');
}
