import { SluiceError } from '../../engine/error.ts';
import type { AddCommand } from '../program.ts';
import { addPlace, example, formatOption, pattern, showReport } from './options.ts';

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
		.option('--new <session>', 'write a suite around this session (file or id) instead of running tests')
		.option('-o, --output <dir>', 'with --new: where to (default: policy-test-fixtures/<name>)')
		.addOption(formatOption());
	addPlace(command).action(async (paths, { new: session, output, store, config, ...options }) => {
		if (session !== undefined) {
			const { newSuite } = await import('../runner/fixture/new-suite.ts');
			const { policy } = options;
			const request = { session, ...(policy && { policy }), ...(output && { folder: output }) };
			const place = { ...(store && { store }), ...(config && { config }) };
			for (const path of await newSuite({ ...request, ...place }, shell)) await shell.out(`${path}\n`);
			return;
		}
		if (output !== undefined) {
			throw new SluiceError('ERR_USAGE', '`--output` says where a new suite goes', { help: 'add --new SESSION' });
		}
		const { runTest } = await import('../runner/test.ts');
		await showReport(await runTest({ ...options, paths }, shell), options.format, shell, done);
	});
	example(command, 'sluice test ./policies policy-test-fixtures');
};
