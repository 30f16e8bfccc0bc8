import { setTimeout as pause } from 'node:timers/promises';
import { type Call, type Fixture, fixture, needs, text } from './call.ts';
import { enumForm, profileForm } from './forms.ts';
import { png, wav } from './samples.ts';
import { contactSchema } from './schemas.ts';

/** Steps of a tool that works for a while are this far apart, in ms, so that a buffering proxy shows. */
const step = 50;

async function elicit(call: Call, message: string, requestedSchema: object): Promise<string> {
	const answer = await call.ask('elicitation/create', { message, requestedSchema });
	return `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`;
}

/** Every tool that the suite of 2025-11-25 calls, by the names it calls them. */
export const tools: readonly Fixture[] = [
	fixture('test_simple_text', 'Answers with one text.', () => text('This is a simple text response for testing.')),
	fixture('test_image_content', 'Answers with an image.', () => ({
		content: [{ type: 'image', data: png, mimeType: 'image/png' }],
	})),
	fixture('test_audio_content', 'Answers with a sound.', () => ({
		content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }],
	})),
	fixture('test_embedded_resource', 'Answers with a resource inside the result.', () => ({
		content: [
			{
				type: 'resource',
				resource: {
					uri: 'test://embedded-resource',
					mimeType: 'text/plain',
					text: 'This is an embedded resource content.',
				},
			},
		],
	})),
	fixture('test_multiple_content_types', 'Answers with text, image and resource together.', () => ({
		content: [
			{ type: 'text', text: 'Multiple content types test:' },
			{ type: 'image', data: png, mimeType: 'image/png' },
			{
				type: 'resource',
				resource: {
					uri: 'test://mixed-content-resource',
					mimeType: 'application/json',
					text: '{"test":"data","value":123}',
				},
			},
		],
	})),
	fixture('test_tool_with_logging', 'Logs three times while it works.', async (_args, call) => {
		for (const [n, data] of ['Tool execution started', 'Tool processing data', 'Tool execution completed'].entries()) {
			if (n > 0) await pause(step);
			await call.notify('notifications/message', { level: 'info', data });
		}
		return text('logged three times');
	}),
	fixture('test_error_handling', 'Always fails.', () => ({
		isError: true,
		...text('This tool intentionally returns an error for testing'),
	})),
	fixture('test_tool_with_progress', 'Reports progress while it works, if asked to.', async (_args, call) => {
		const { progressToken } = call;
		for (const progress of [0, 50, 100]) {
			if (progress > 0) await pause(step);
			if (progressToken === undefined) continue;
			await call.notify('notifications/progress', { progressToken, progress, total: 100 });
		}
		return text('went from 0 to 100');
	}),
	fixture(
		'test_sampling',
		"Asks the client's model.",
		async (args, call) => {
			const content = { type: 'text', text: String(args.prompt) };
			const params = { messages: [{ role: 'user', content }], maxTokens: 100 };
			const answer = await call.ask('sampling/createMessage', params);
			return text(`LLM response: ${(answer.content as { text?: string }).text}`);
		},
		needs('prompt'),
	),
	fixture(
		'test_elicitation',
		"Asks the client's user.",
		async (args, call) => {
			const form = {
				type: 'object',
				properties: {
					username: { type: 'string', description: "User's response" },
					email: { type: 'string', description: "User's email address" },
				},
				required: ['username', 'email'],
			};
			return text(`User response: ${await elicit(call, String(args.message), form)}`);
		},
		needs('message'),
	),
	fixture('test_elicitation_sep1034_defaults', 'Asks with a default for each primitive type.', async (_args, call) =>
		text(`Elicitation completed: ${await elicit(call, 'Check your profile', profileForm)}`),
	),
	fixture('test_elicitation_sep1330_enums', 'Asks with each way to write a choice.', async (_args, call) =>
		text(`Elicitation completed: ${await elicit(call, 'Choose', enumForm)}`),
	),
	fixture(
		'test_reconnection',
		'Closes its event stream before it answers; the client must come back.',
		async (_args, call) => {
			call.closeStream();
			await pause(2 * step);
			return text('answered after the stream was closed');
		},
	),
	fixture(
		'json_schema_2020_12_tool',
		'Has an input schema with keywords of JSON Schema 2020-12.',
		(args) => text(`got ${JSON.stringify(args)}`),
		contactSchema,
	),
];
