import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import { writeBundle } from '../../engine/policy/bundle.ts';
import { loadPolicy } from '../../engine/policy/load.ts';
import { type SigningKey, signingKey } from '../../engine/policy/signing/keys.ts';
import { warmUp } from '../../engine/warm-up.ts';
import type { Shell } from '../shell.ts';
import { compiledOf, policyArgument, withCompiler } from './policy-argument.ts';

/** How a bundle is signed. */
export interface SignWith {
	/** PEM file with the private key. */
	readonly sign?: string;
	/** By which name verifiers know the key. */
	readonly keyId?: string;
}

/** Compiles a policy, writes it as a bundle and gives its revision. @throws SluiceError */
export async function runBuild(
	policy: string | undefined,
	output: string,
	{ sign, keyId }: SignWith,
	shell: Shell,
): Promise<string> {
	// before anything is compiled: a key that cannot sign is found out at once
	const signing = sign === undefined ? undefined : { key: await keyIn(sign, shell), ...(keyId && { keyId }) };
	const argument = await policyArgument(policy, shell, { unsigned: true });
	if (argument.kind === 'bundle') {
		throw new SluiceError('ERR_POLICY_MISSING', `\`${argument.name}\` is a bundle already`, {
			help: 'name the policy folder',
		});
	}
	return withCompiler(shell, async (compiler) => {
		const compiled = await compiledOf(argument, compiler, shell);
		// what a gateway would refuse to load must not leave this house
		warmUp(loadPolicy(compiled));
		const file = resolve(shell.cwd, output);
		await writeBundle(compiled, file, signing).catch((cause: Error) => {
			throw new SluiceError('ERR_BUNDLE_WRITE', `cannot write \`${output}\`: ${cause.message}`, {
				help: 'check the path',
				cause,
			});
		});
		return compiled.revision;
	});
}

async function keyIn(path: string, shell: Shell): Promise<SigningKey> {
	let pem: string;
	try {
		pem = await readFile(resolve(shell.cwd, path), 'utf8');
	} catch (cause) {
		throw new SluiceError('ERR_SIGNING_KEY', `cannot read the key \`${path}\``, { help: 'check the path', cause });
	}
	return signingKey(pem, path);
}
