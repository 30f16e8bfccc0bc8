import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SluiceError } from '../../../engine/error.ts';

/** A real MCP client (the official SDK), connected to one server through the gateway. */
export async function connectAgent(url: string, token: string): Promise<Client> {
	const { client, transport } = await sdk();
	const agent = new client.Client({ name: 'sluice-tour', version: '1.0.0' });
	await agent.connect(
		new transport.StreamableHTTPClientTransport(new URL(url), {
			requestInit: { headers: { authorization: `Bearer ${token}` } },
		}),
	);
	return agent;
}

/** Calls a tool and gives its text and whether the server (or the gateway) called it an error. */
export async function callTool(
	agent: Client,
	name: string,
	args: Record<string, unknown>,
): Promise<{ text: string; isError: boolean }> {
	const result = await agent.callTool({ name, arguments: args });
	const content = result.content as { type: string; text?: string }[];
	return { text: content.map((part) => part.text ?? `[${part.type}]`).join('\n'), isError: result.isError === true };
}

async function sdk() {
	try {
		const client = await import('@modelcontextprotocol/sdk/client/index.js');
		const transport = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
		return { client, transport };
	} catch (cause) {
		throw new SluiceError('ERR_DEMO_SERVERS', 'the MCP SDK that the tour needs is not installed', {
			help: 'run the tour in a clone of the repository, after `npm ci`',
			cause,
		});
	}
}
