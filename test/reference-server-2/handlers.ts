import {
	type CallToolResult,
	type GetPromptResult,
	ProtocolError,
	type ReadResourceResult,
	type Server,
	type ServerContext,
} from '@modelcontextprotocol/server';
import { type Call, type Fixture, Refusal } from '../reference-server/call.ts';
import { askingPrompt, prompts } from '../reference-server/prompts.ts';
import { read, resources, templates } from '../reference-server/resources.ts';

/** Puts what the fixtures do on an SDK server, below its registries: results go out as the fixtures made them. */
export function handlers(server: Server, tools: readonly Fixture[], callOf: (context: ServerContext) => Call): void {
	server.setRequestHandler('tools/list', () => ({ tools: tools.map(({ tool }) => tool) }) as never);
	server.setRequestHandler('tools/call', ({ params }, context) => {
		const found = tools.find(({ tool }) => tool.name === params.name);
		return plain<CallToolResult>(() => {
			if (found === undefined) throw new Refusal(-32602, `no tool \`${params.name}\``);
			return found.run(params.arguments ?? {}, callOf(context));
		});
	});
	server.setRequestHandler('prompts/list', () => ({
		prompts: [...prompts, askingPrompt].map(({ prompt }) => prompt) as never,
	}));
	server.setRequestHandler('prompts/get', ({ params }, context) =>
		plain<GetPromptResult>(() => {
			if (params.name === askingPrompt.prompt.name) return askingPrompt.expand(callOf(context).answers);
			const found = prompts.find(({ prompt }) => prompt.name === params.name);
			if (found === undefined) throw new Refusal(-32602, `no prompt \`${params.name}\``);
			return found.expand(params.arguments ?? {});
		}),
	);
	server.setRequestHandler('completion/complete', ({ params }) => {
		const values = ['paris', 'park', 'party'].filter((value) => value.startsWith(params.argument.value));
		return { completion: { values, total: values.length, hasMore: false } };
	});
	server.setRequestHandler('resources/list', () => ({ resources: [...resources] as never }));
	server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [...templates] as never }));
	server.setRequestHandler('resources/read', ({ params: { uri } }) =>
		plain<ReadResourceResult>(() => {
			const found = read(uri);
			if (found === undefined) throw new Refusal(-32602, `no resource \`${uri}\``, { uri });
			return found;
		}),
	);
	server.setRequestHandler('resources/subscribe', () => ({}));
	server.setRequestHandler('resources/unsubscribe', () => ({}));
}

/** The fixtures' own errors as the SDK's. */
async function plain<R>(run: () => unknown): Promise<R> {
	try {
		return (await run()) as R;
	} catch (error) {
		if (error instanceof Refusal) throw new ProtocolError(error.code, error.message, error.data);
		throw error;
	}
}
