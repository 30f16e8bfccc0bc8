import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
	CallToolRequestSchema,
	type CallToolResult,
	CompleteRequestSchema,
	ErrorCode,
	GetPromptRequestSchema,
	ListPromptsRequestSchema,
	ListResourcesRequestSchema,
	ListResourceTemplatesRequestSchema,
	ListToolsRequestSchema,
	McpError,
	ReadResourceRequestSchema,
	SubscribeRequestSchema,
	UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { prompts } from './prompts.ts';
import { read, resources, templates } from './resources.ts';
import { callOf } from './sdk-call.ts';
import { tools } from './tools.ts';

/**
 * An MCP server with every tool, prompt and resource that `@modelcontextprotocol/conformance` asks for, on the
 * official SDK, so that what passes direct can be held against what passes through the gateway.
 */
export function referenceServer(): Server {
	const server = new Server(
		{ name: 'reference-server', version: '1.0.0' },
		{
			capabilities: {
				tools: { listChanged: true },
				prompts: { listChanged: true },
				resources: { subscribe: true, listChanged: true },
				completions: {},
				logging: {},
			},
		},
	);

	server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map((t) => t.tool) }));
	server.setRequestHandler(CallToolRequestSchema, ({ params }, call) => {
		const found = tools.find((t) => t.tool.name === params.name);
		if (found === undefined) throw new McpError(ErrorCode.InvalidParams, `no tool \`${params.name}\``);
		return found.run(params.arguments ?? {}, callOf(server, call)) as Promise<CallToolResult>;
	});

	server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: prompts.map((p) => p.prompt) }));
	server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
		const found = prompts.find((p) => p.prompt.name === params.name);
		if (found === undefined) throw new McpError(ErrorCode.InvalidParams, `no prompt \`${params.name}\``);
		return found.expand(params.arguments ?? {});
	});
	server.setRequestHandler(CompleteRequestSchema, ({ params }) => {
		const values = ['paris', 'park', 'party'].filter((value) => value.startsWith(params.argument.value));
		return { completion: { values, total: values.length, hasMore: false } };
	});

	server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [...resources] }));
	server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [...templates] }));
	server.setRequestHandler(ReadResourceRequestSchema, ({ params }) => {
		const found = read(params.uri);
		if (found === undefined) throw new McpError(-32002, `no resource \`${params.uri}\``);
		return found;
	});
	server.setRequestHandler(SubscribeRequestSchema, () => ({}));
	server.setRequestHandler(UnsubscribeRequestSchema, () => ({}));
	return server;
}
