import { SluiceError } from '../../engine/error.ts';
import type { AddCommand } from '../program.ts';
import { addFormat, addPlace, example, pattern, percent, positive, showReport } from './options.ts';

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
		.option('--bail', 'stop at the first failure')
		.option('--update', 'rewrite verdict snapshots (refused where CI is set)')
		.option('--watch', 'run again whenever a file changes; Ctrl-C ends')
		.option('--coverage', 'which lines of Rego WebAssembly executed on fixtures and unit tests, and which rules fired')
		.option('--coverage-out <dir>', 'write lcov.info, index.html and coverage.json')
		.option(
			'--mutate',
			'change the policy in small ways and show which changes no test notices; --run takes rules then',
		)
		.option('--threshold <percent>', 'exit 1 below: lines of Rego executed, with --mutate the score', percent)
		.option('--jobs <n>', 'threads for suites, snapshots and mutants (default: one a core, where worth it)', positive)
		.option('--verbose', 'show every test, and how long it took')
		.option('--new <session>', 'write a suite around this session (file or id) instead of running tests')
		.option('-o, --output <dir>', 'with --new: where to (default: policy-test-fixtures/<name>)');
	addFormat(addPlace(command)).action(async (paths, { new: session, output, store, config, ...options }) => {
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
		if (options.watch === true) {
			if (options.format !== 'text' || options.report !== undefined) {
				const other = options.format === 'text' ? '--report' : `--format ${options.format}`;
				throw new SluiceError('ERR_USAGE', `\`--watch\` shows text: \`${other}\` is for one run`, {
					help: 'leave one of them out',
				});
			}
			const { watchTests } = await import('../runner/watch.ts');
			await watchTests({ ...options, paths }, shell);
			return;
		}
		const { runTest } = await import('../runner/test.ts');
		await showReport(await runTest({ ...options, paths }, shell), options, shell, done);
	});
	example(command, 'sluice test ./policies policy-test-fixtures');
};
