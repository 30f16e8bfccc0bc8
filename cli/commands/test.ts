import type { AddCommand } from '../program.ts';
import { example, formatOption, pattern, percent, showReport } from './options.ts';

export const test: AddCommand = (program, shell, done) => {
	const command = program
		.command('test')
		.summary('run Rego tests, suites and snapshots')
		.description(
			'Runs Rego unit tests, fixture suites (suite.yaml) and verdict snapshots (.verdicts.yaml beside a session file). ' +
				'Exit 0 all passed, 1 some failed.',
		)
		.argument('[paths...]', 'policy folders, suites, session files (default: policies and policy-test-fixtures)')
		.option('--policy <policy>', 'judge with this one: folder, bundle or sluice.yaml')
		.option('--run <regex>', 'only tests whose name matches', pattern)
		.option('--bail', 'stop after the first group with a failure')
		.option('--update', 'rewrite verdict snapshots (refused where CI is set)')
		.option('--coverage', 'which lines of Rego WebAssembly executed on fixtures and unit tests, and which rules fired')
		.option('--threshold <percent>', 'exit 1 when fewer lines of Rego were executed', percent)
		.option('--coverage-out <dir>', 'write lcov.info, index.html and coverage.json')
		.addOption(formatOption())
		.action(async (paths, options) => {
			const { runTest } = await import('../runner/test.ts');
			await showReport(await runTest({ ...options, paths }, shell), options.format, shell, done);
		});
	example(command, 'sluice test ./policies policy-test-fixtures');
};
