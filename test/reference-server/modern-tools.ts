import { asks, filled, form } from './asking.ts';
import { type Fixture, fixture, Refusal, text } from './call.ts';
import { rounds } from './rounds.ts';
import { regionSchema } from './schemas.ts';

/** The tools that only the suite of 2026-07-28 calls. */
export const modernTools: readonly Fixture[] = [
	fixture('test_missing_capability', 'Needs a client that has a model.', (_args, { capabilities }) => {
		if ('sampling' in capabilities) return text('the client has a model');
		throw new Refusal(-32021, 'the client must declare `sampling`', { requiredCapabilities: { sampling: {} } });
	}),
	fixture('test_streaming_elicitation', 'Asks, and never with a request of its own.', (_args, { answers }) => {
		if (filled(answers, 'answer', 'value') === undefined) return asks({ answer: form('A value, please', 'value') });
		return text('answered');
	}),
	fixture('test_logging_tool', 'Logs only if the request asked for it.', async (_args, call) => {
		if (call.logLevel !== undefined) await call.notify('notifications/message', { level: 'info', data: 'a line' });
		return text(call.logLevel === undefined ? 'nothing was logged' : 'logged');
	}),
	fixture('test_trigger_tool_change', 'Changes the list of tools.', (_args, call) => {
		call.changed('tools');
		return text('the list of tools has changed');
	}),
	fixture('test_trigger_prompt_change', 'Changes the list of prompts.', (_args, call) => {
		call.changed('prompts');
		return text('the list of prompts has changed');
	}),
	fixture(
		'test_region',
		'Has an argument that is also a header.',
		({ region }) => text(`region: ${region}`),
		regionSchema,
	),
	...rounds,
];
