import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const build: AddCommand = (program, shell) => {
	const command = program
		.command('build')
		.summary('compile a policy to a bundle')
		.description(
			'Writes a bundle that a gateway without a compiler can load, and prints its revision. With a private key it is ' +
				"signed in OPA's format: `policy.verifyKey` is the other half.",
		)
		.argument('[policy]', 'folder or sluice.yaml (default: sluice.yaml here, else ./policies)')
		.requiredOption('-o, --output <file>', 'where the bundle goes, e.g. bundle.tar.gz')
		.option('--sign <key>', 'sign it with this private key (PEM: RSA, EC P-256, P-384, P-521 or Ed25519)')
		.option('--key-id <id>', 'by which name verifiers of OPA know the key (default: default)')
		.action(async (policy, options) => {
			const { runBuild } = await import('../runner/build.ts');
			await shell.out(`${await runBuild(policy, options.output, options, shell)}\n`);
		});
	example(command, 'sluice build ./policies -o bundle.tar.gz --sign bundle.key');
};
