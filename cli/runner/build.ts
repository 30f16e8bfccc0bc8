import { resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import { writeBundle } from '../../engine/policy/bundle.ts';
import { loadPolicy } from '../../engine/policy/load.ts';
import type { Shell } from '../shell.ts';
import { compiledOf, policyArgument, withCompiler } from './policy-argument.ts';

/** Compiles a policy, writes it as a bundle and gives its revision. @throws SluiceError */
export async function runBuild(policy: string | undefined, output: string, shell: Shell): Promise<string> {
	const argument = await policyArgument(policy, shell);
	if (argument.kind === 'bundle') {
		throw new SluiceError('ERR_POLICY_MISSING', `\`${argument.name}\` is a bundle already`, {
			help: 'name the policy folder',
		});
	}
	return withCompiler(shell, async (compiler) => {
		const compiled = await compiledOf(argument, compiler, shell);
		// what a gateway would refuse to load must not leave this house
		loadPolicy(compiled);
		const file = resolve(shell.cwd, output);
		await writeBundle(compiled, file).catch((cause: Error) => {
			throw new SluiceError('ERR_BUNDLE_WRITE', `cannot write \`${output}\`: ${cause.message}`, {
				help: 'check the path',
				cause,
			});
		});
		return compiled.revision;
	});
}
