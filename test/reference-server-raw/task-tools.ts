import { setTimeout as pause } from 'node:timers/promises';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { asks, filled, form } from '../reference-server/asking.ts';
import {
	type Call,
	type Fixture,
	fixture,
	type InputRequired,
	type Params,
	Refusal,
	text,
} from '../reference-server/call.ts';
import type { Work } from './tasks.ts';

/** A tool that runs as a task for a client that knows tasks. */
export interface TaskTool {
	readonly tool: Fixture['tool'];
	/** It has no other way to run. */
	readonly required: boolean;
	/** What must be asked before the task begins. */
	before?(call: Call): InputRequired | undefined;
	run(args: Params, work: Work, call: Call): Promise<CallToolResult>;
}

/** A tool of the tasks scenarios that never is one. */
export const greet = fixture('greet', 'Greets.', ({ name }) => text(`Hello, ${name}!`), {
	type: 'object',
	properties: { name: { type: 'string' } },
});

const none = { type: 'object' as const, properties: {} };

/** Every tool of the tasks scenarios (SEP-2663), by the names they call them. */
export const taskTools: readonly TaskTool[] = [
	{
		tool: {
			name: 'slow_compute',
			description: 'Works for some seconds.',
			inputSchema: { type: 'object', properties: { seconds: { type: 'number' }, label: { type: 'string' } } },
		},
		required: false,
		async run({ seconds, label }, { signal }) {
			await pause(Number(seconds) * 1000, undefined, { signal, ref: false });
			return text(`${label} took ${seconds} s`);
		},
	},
	{
		tool: { name: 'failing_job', description: 'Fails after a moment.', inputSchema: none },
		required: true,
		run: async () => ({ isError: true, ...text('the job has failed') }),
	},
	{
		tool: { name: 'protocol_error_job', description: 'Breaks down.', inputSchema: none },
		required: false,
		async run() {
			throw new Refusal(-32603, 'the job has broken down');
		},
	},
	{
		tool: {
			name: 'confirm_delete',
			description: 'Asks before it deletes.',
			inputSchema: { type: 'object', properties: { filename: { type: 'string' } } },
		},
		required: true,
		async run({ filename }, work) {
			const answers = await work.ask({ confirm: form(`Delete ${filename}?`, 'confirm', 'boolean') });
			return text(filled(answers, 'confirm', 'confirm') === true ? `deleted ${filename}` : 'nothing was deleted');
		},
	},
	{
		tool: { name: 'multi_input', description: 'Asks two things at once.', inputSchema: none },
		required: true,
		async run(_args, work) {
			const answers = await work.ask({ first: form('First name?', 'name'), second: form('Second name?', 'name') });
			return text(`${filled(answers, 'first', 'name')} and ${filled(answers, 'second', 'name')}`);
		},
	},
	{
		tool: { name: 'test_tool_with_task', description: 'Asks first, then works.', inputSchema: none },
		required: true,
		before: ({ answers }) =>
			filled(answers, 'user_name', 'name') === undefined
				? asks({ user_name: form('What is your name?', 'name') })
				: undefined,
		run: async (_args, _work, { answers }) => text(`worked for ${filled(answers, 'user_name', 'name')}`),
	},
];
