import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const demo: AddCommand = (program, shell, done) => {
	const command = program
		.command('demo')
		.summary('the guided tour')
		.description(
			'Starts a gateway in front of real MCP servers on a scratch folder, drives it with a real MCP client, and shows ' +
				'what it does: allow, mask, hold and approve, deny, the record, and a policy diff. Then it keeps serving.',
		)
		.option('--once', 'end after the tour')
		.action(async (options) => {
			const { runDemo } = await import('../runner/demo/demo.ts');
			done(await runDemo({ once: options.once === true }, shell));
		});
	example(command, 'sluice demo --once');
};
