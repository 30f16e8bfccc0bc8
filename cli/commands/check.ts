import type { AddCommand } from '../program.ts';
import { addFormat, example, showReport } from './options.ts';

export const check: AddCommand = (program, shell, done) => {
	const command = program
		.command('check')
		.summary('find what is wrong with a policy')
		.description(
			'Parses and type-checks a policy: shapes, allowed functions, metadata, data. ' +
				'Exit 0 clean or notes only, 1 warnings, 2 it does not compile.',
		)
		.argument('[policy]', 'folder, bundle or sluice.yaml (default: sluice.yaml here, else ./policies)')
		.option('-v, --verbose', 'also show which frames each rule looks at');
	addFormat(command).action(async (policy, options) => {
		const { runCheck } = await import('../runner/check.ts');
		await showReport(await runCheck(policy, options.verbose === true, shell), options, shell, done);
	});
	example(command, 'sluice check ./policies');
};
