import { Option } from 'commander';
import type { AddCommand } from '../program.ts';
import { addFormat, addGateway, addSelection, example, positive, showReport } from './options.ts';

export const diff: AddCommand = (program, shell, done) => {
	const command = program
		.command('diff')
		.summary('the frames two policies judge differently')
		.description(
			'Judges recorded sessions under two policies and names the frames that differ, grouped by rule: the CI gate ' +
				'for a policy change. Exit 0 no difference of that kind, 1 some, 2 a policy does not compile or nothing to judge.',
		)
		.argument(
			'[session...]',
			'session id, session file (.jsonl, .jsonl.gz), folder of them, quoted glob, or - for stdin',
		)
		.option('--from <policy>', 'the policy before: folder, bundle or sluice.yaml')
		.option('--to <policy>', 'the policy after')
		.option('--candidate', 'instead of two policies: what was enforced, and what the candidate beside it said')
		.addOption(
			new Option('--fail-on <class>', 'which differences make it exit 1')
				.choices(['any', 'loosened', 'tightened'])
				.default('any'),
		);
	addFormat(addGateway(addSelection(command)))
		.option('--changes <file>', 'differences that are accepted (default: policy-changes.yaml here, if there is one)')
		.option('--no-changes', 'accept nothing, whatever that file says')
		.option('--prune', 'remove the lines of that file that are spent: --from has their change already')
		.option('--reveal', 'show what was received, findings and all: session files only')
		.option('--limit <n>', 'examples of each kind of difference (default: 3); JSON has all differences', positive)
		.action(async (sessions, options) => {
			const { runDiff } = await import('../runner/diff.ts');
			await showReport(await runDiff({ ...options, sessions }, shell), options, shell, done);
		});
	example(command, 'sluice diff --from main/policies --to ./policies recorded/ --fail-on loosened');
};
