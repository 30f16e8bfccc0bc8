import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const build: AddCommand = (program, shell) => {
	const command = program
		.command('build')
		.summary('compile a policy to a bundle')
		.description('Writes a bundle that a gateway without a compiler can load, and prints its revision.')
		.argument('[policy]', 'folder or sluice.yaml (default: sluice.yaml here, else ./policies)')
		.requiredOption('-o, --output <file>', 'where the bundle goes, e.g. bundle.tar.gz')
		.action(async (policy, options) => {
			const { runBuild } = await import('../runner/build.ts');
			await shell.out(`${await runBuild(policy, options.output, shell)}\n`);
		});
	example(command, 'sluice build ./policies -o bundle.tar.gz');
};
