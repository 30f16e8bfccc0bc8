import type { AddCommand } from '../program.ts';
import { addFormat, addGateway, addSelection, example, positive, showReport } from './options.ts';

export const replay: AddCommand = (program, shell, done) => {
	const command = program
		.command('replay')
		.summary('judge recorded sessions again')
		.description(
			'Judges recorded sessions again, frame by frame, and compares with what was recorded. ' +
				'Exit 0 nothing changed, 1 something did, 2 nothing to judge.',
		)
		.argument(
			'[session...]',
			'session id, session file (.jsonl, .jsonl.gz), folder of them, quoted glob, or - for stdin',
		)
		.option('--policy <policy>', 'folder, bundle or sluice.yaml (default: the revision that judged at the time)');
	addFormat(addGateway(addSelection(command)))
		.option('--reveal', 'show what was received, findings and all: session files only')
		.option(
			'--limit <n>',
			'frames to list, of those that changed and of the others each (default: 200); JSON has all',
			positive,
		)
		.action(async (sessions, options) => {
			const { runReplay } = await import('../runner/replay.ts');
			await showReport(await runReplay({ ...options, sessions }, shell), options, shell, done);
		});
	example(command, 'sluice replay recorded.session.jsonl --policy ./policies');
};
