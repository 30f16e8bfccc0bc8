import type { AddCommand } from '../program.ts';
import { addPlace, example, formatOption, showReport } from './options.ts';

export const replay: AddCommand = (program, shell, done) => {
	const command = program
		.command('replay')
		.summary('judge recorded sessions again')
		.description(
			'Judges recorded sessions again, frame by frame, and compares with what was recorded. ' +
				'Exit 0 nothing changed, 1 something did, 2 nothing to judge.',
		)
		.argument('<session...>', 'session id, session file (.jsonl, .jsonl.gz), folder of them, or - for stdin')
		.option('--policy <policy>', 'folder, bundle or sluice.yaml (default: the revision that judged at the time)');
	addPlace(command)
		.addOption(formatOption())
		.action(async (sessions, options) => {
			const { runReplay } = await import('../runner/replay.ts');
			await showReport(await runReplay({ ...options, sessions }, shell), options.format, shell, done);
		});
	example(command, 'sluice replay recorded.session.jsonl --policy ./policies');
};
