import { Option } from 'commander';
import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const scaffold: AddCommand = (program, shell) => {
	const family = program
		.command('new')
		.summary('write a rule or a policy to begin with')
		.description('Writes a rule or a policy to begin with: it passes check and test as it is. Nothing is overwritten.');

	const rule = family
		.command('rule')
		.description(
			'Writes a rule into a policy, with tests, a page about it and a suite of a bad and a good session, ' +
				"and its level into the policy's data.",
		)
		.argument('<name>', 'the rule, as <category>/<name>')
		.option('--policy <policy>', 'the policy folder (default: that of sluice.yaml here, else ./policies)')
		.addOption(
			new Option('--set <set>', 'what it does').choices(['deny', 'hold', 'mask', 'warn', 'label']).default('deny'),
		)
		.action(async (id, { policy, set }) => {
			const { newRule } = await import('../runner/scaffold/new-rule.ts');
			const paths = await newRule({ id, set, ...(policy === undefined ? {} : { policy }) }, shell);
			for (const path of paths) await shell.out(`${path}\n`);
			shell.progress('next: put your own condition into it, then sluice check, sluice test');
		});
	example(rule, 'sluice new rule files/outside_hours --set hold');

	const policy = family
		.command('policy')
		.description('Writes a folder with a policy of one rule, its tests and suite, and files for CI and editors.')
		.argument('<dir>', 'where to')
		.action(async (dir) => {
			const { newPolicy } = await import('../runner/scaffold/new-policy.ts');
			for (const path of await newPolicy(dir, shell)) await shell.out(`${path}\n`);
			shell.progress(`next: cd ${dir}, sluice check, sluice test`);
		});
	example(policy, 'sluice new policy our-policy');

	const ci = family
		.command('ci')
		.description('Writes files for CI and editors beside the policy that is here: a script, workflows, a git hook.')
		.action(async () => {
			const { newCi } = await import('../runner/scaffold/new-policy.ts');
			for (const path of await newCi(shell)) await shell.out(`${path}\n`);
			shell.progress('next: ci/check.sh main');
		});
	example(ci, 'sluice new ci');
};
