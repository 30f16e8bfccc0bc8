import { Option } from 'commander';
import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const init: AddCommand = (program, shell) => {
	const command = program
		.command('init')
		.summary('write a configuration and a policy')
		.description('Writes a commented sluice.yaml, a policy with tests, and keys. Nothing that is there is changed.')
		.argument('[dir]', 'where to', '.')
		.addOption(
			new Option('--profile <profile>', 'how strict it starts')
				.choices(['starter', 'strict', 'observe'])
				.default('starter'),
		)
		.action(async (dir, options) => {
			const { runInit } = await import('../runner/init.ts');
			for (const path of await runInit(dir, options.profile, shell)) await shell.out(`${path}\n`);
			shell.progress('next: sluice check, sluice test, sluice run');
		});
	example(command, 'sluice init ./gateway --profile observe');
};
