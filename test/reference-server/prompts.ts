import type { GetPromptResult, Prompt, PromptMessage } from '@modelcontextprotocol/sdk/types.js';
import { asks, filled, form } from './asking.ts';
import type { InputRequired, Params } from './call.ts';
import { png } from './samples.ts';

const says = (text: string): PromptMessage => ({ role: 'user', content: { type: 'text', text } });
const argument = (name: string, description: string) => ({ name, description, required: true });

/** A prompt with what it expands to. */
export interface PromptFixture {
	readonly prompt: Prompt;
	expand(args: Record<string, string>): GetPromptResult;
}

/** Every prompt that the conformance suite gets. */
export const prompts: readonly PromptFixture[] = [
	{
		prompt: { name: 'test_simple_prompt', description: 'One line.' },
		expand: () => ({ messages: [says('This is a simple prompt for testing.')] }),
	},
	{
		prompt: {
			name: 'test_prompt_with_arguments',
			description: 'One line with two arguments in it.',
			arguments: [argument('arg1', 'First test argument'), argument('arg2', 'Second test argument')],
		},
		expand: ({ arg1, arg2 }) => ({ messages: [says(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
	},
	{
		prompt: {
			name: 'test_prompt_with_embedded_resource',
			description: 'A resource and a line about it.',
			arguments: [argument('resourceUri', 'URI of the resource to embed')],
		},
		expand: ({ resourceUri }) => ({
			messages: [
				{
					role: 'user',
					content: {
						type: 'resource',
						resource: {
							uri: resourceUri ?? '',
							mimeType: 'text/plain',
							text: 'Embedded resource content for testing.',
						},
					},
				},
				says('Please process the embedded resource above.'),
			],
		}),
	},
	{
		prompt: { name: 'test_prompt_with_image', description: 'An image and a line about it.' },
		expand: () => ({
			messages: [
				{ role: 'user', content: { type: 'image', data: png, mimeType: 'image/png' } },
				says('Please analyze the image above.'),
			],
		}),
	},
];

/** A prompt that asks before it expands (2026-07-28). */
export const askingPrompt = {
	prompt: { name: 'test_input_required_result_prompt', description: 'Asks for a context first.' } as Prompt,
	expand(answers: Params | undefined): GetPromptResult | InputRequired {
		const context = filled(answers, 'user_context', 'context');
		if (typeof context === 'string') return { messages: [says(`The context is ${context}.`)] };
		return asks({ user_context: form('What context should the prompt use?', 'context') });
	},
};
