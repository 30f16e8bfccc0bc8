/**
 * An MCP server over stdio, written by hand, that asks the client's model: the tool `ask` sends a sampling request and
 * answers with what came back; `give_up` cancels that request; `echo` answers at once, `slow` after a while. Its
 * version is its process id.
 */
import { createInterface } from 'node:readline';

const say = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const text = (value: string) => ({ content: [{ type: 'text', text: value }] });

/** Id of our question → id of the call that asked for it. */
const asked = new Map<unknown, unknown>();
let questions = 0;

for await (const line of createInterface({ input: process.stdin })) {
	const { id, method, params, result, error } = JSON.parse(line);
	if (method === undefined) {
		say({
			id: asked.get(id),
			result: text(error === undefined ? JSON.stringify(result) : `refused: ${error.message}`),
		});
	} else if (method === 'initialize') {
		const { protocolVersion } = params;
		say({
			id,
			result: {
				protocolVersion,
				capabilities: { tools: {} },
				serverInfo: { name: 'asking', version: `${process.pid}` },
			},
		});
	} else if (method === 'tools/list') {
		const tools = ['ask', 'give_up', 'echo', 'slow'].map((tool) => ({ name: tool, inputSchema: { type: 'object' } }));
		say({ id, result: { tools } });
	} else if (params?.name === 'ask') {
		// Our ids begin at 0, as those of many clients do: they have nothing to do with each other.
		asked.set(questions, id);
		const messages = [{ role: 'user', content: { type: 'text', text: params.arguments.prompt } }];
		say({ id: questions++, method: 'sampling/createMessage', params: { messages, maxTokens: 10 } });
	} else if (params?.name === 'give_up') {
		say({ method: 'notifications/cancelled', params: { requestId: questions - 1, reason: 'took too long' } });
		say({ id: asked.get(questions - 1), result: text('without an answer') });
		say({ id, result: text('gave up') });
	} else if (params?.name === 'slow') {
		setTimeout(() => say({ id, result: text('slow') }), 300);
	} else if (id !== undefined) {
		say({ id, result: text('echo') });
	}
}
