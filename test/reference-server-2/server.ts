import { fromJsonSchema, McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { modernTools } from '../reference-server/modern-tools.ts';
import { tools } from '../reference-server/tools.ts';
import { handlers } from './handlers.ts';
import { callOf } from './sdk-call.ts';

/** Tells everybody who listens that a list is another one now. */
export type Changed = (list: 'tools' | 'prompts') => void;

/**
 * The reference server on SDK 2: the same tools, prompts and resources, in both eras.
 *
 * @param changed Where changes of a list go; by default to the connection's own client.
 */
export function referenceServer2(changed?: Changed): McpServer {
	const listChanged = true;
	const server = new McpServer(
		{ name: 'reference-server-2', version: '1.0.0' },
		{
			capabilities: {
				tools: { listChanged },
				prompts: { listChanged },
				resources: { subscribe: true, listChanged },
				completions: {},
				logging: {},
			},
		},
	);
	const tell: Changed =
		changed ?? ((list) => (list === 'tools' ? server.sendToolListChanged() : server.sendPromptListChanged()));
	const all = [...tools, ...modernTools];
	// Registered so that the SDK knows which arguments are headers too; what the tools do is with the other handlers.
	for (const { tool } of all) {
		const inputSchema = fromJsonSchema(tool.inputSchema as Parameters<typeof fromJsonSchema>[0]);
		server.registerTool(tool.name, { description: tool.description!, inputSchema }, () => ({ content: [] }));
	}
	handlers(server.server, all, (context: ServerContext) => callOf(context, tell));
	return server;
}
