import { SluiceError } from '../../engine/error.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import { mergeData } from '../../engine/policy/data-file.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import type { Shell } from '../shell.ts';
import { compiledOf, type PolicyArgument, policyArgument } from './policy-argument.ts';
import type { PolicyShelf } from './suite.ts';

/** Policies by their paths and what is merged over their data, each compiled and loaded once. */
export function policyShelf(compiler: Compiler, shell: Shell): PolicyShelf {
	const shelf = new Map<string, Promise<Policy>>();
	return (path, data) => {
		const key = JSON.stringify([path, data]);
		const known = shelf.get(key) ?? make(path, data, compiler, shell);
		shelf.set(key, known);
		return known;
	};
}

async function make(
	path: string | undefined,
	data: Readonly<Record<string, unknown>> | undefined,
	compiler: Compiler,
	shell: Shell,
): Promise<Policy> {
	return loadPolicy(await compiledWith(await policyArgument(path, shell), data, compiler, shell));
}

/** A policy compiled with other data merged over its own. @throws SluiceError `ERR_SUITE` for a bundle */
export function compiledWith(
	argument: PolicyArgument,
	data: Readonly<Record<string, unknown>> | undefined,
	compiler: Compiler,
	shell: Shell,
): Promise<CompiledPolicy> {
	if (data !== undefined && argument.kind === 'bundle') {
		throw new SluiceError('ERR_SUITE', `\`with: { data }\` cannot change the data in the bundle \`${argument.name}\``, {
			help: 'name the policy folder with --policy',
		});
	}
	return compiledOf(argument, compiler, shell, (source) =>
		data === undefined ? source : { ...source, data: mergeData(source.data, data) as typeof source.data },
	);
}
