import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

/** A small server on SDK 1.32.2: `echo` says what it is told, `ask` lets the client's model answer. */
export function echoServer(): McpServer {
	const server = new McpServer({ name: 'echo', version: '1' });
	const inputSchema = { text: z.string() };
	server.registerTool('echo', { description: 'Says it again.', inputSchema }, async ({ text }) => ({
		content: [{ type: 'text', text }],
	}));
	server.registerTool('ask', { description: 'Asks the model.', inputSchema }, async ({ text }) => {
		const asked = { role: 'user' as const, content: { type: 'text' as const, text } };
		const { content } = await server.server.createMessage({ maxTokens: 10, messages: [asked] });
		return { content: [content] as [{ type: 'text'; text: string }] };
	});
	return server;
}
