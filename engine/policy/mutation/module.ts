import { hostBuiltins } from '../builtins/index.ts';
import { capabilities } from '../capabilities.ts';
import type { Compiler } from '../compiler.ts';
import type { PackageInfo } from '../compiler-protocol.ts';
import { ENTRYPOINT, generate } from '../generate.ts';
import { moduleOf } from '../module.ts';
import { ruleId, setsOf } from '../rule-shape.ts';
import type { PolicyFile, PolicySource } from '../types.ts';
import type { MutantList, Numbered } from './mutant.ts';

/** All mutants of a policy and its tests in one module, every mutant behind a switch (`Switchboard`). */
export interface MutantModule {
	readonly module: WebAssembly.Module;
	readonly mutants: readonly Numbered[];
	/** Those that do not compile. */
	readonly dropped: readonly { readonly id: string; readonly message: string }[];
	/** Entrypoints that give all sets of one rule, by its id. */
	readonly sayings: ReadonlyMap<string, string>;
}

/** Every change that the operators make of a policy. @throws CompilerRefusal when it does not parse */
export function listMutants(source: PolicySource, compiler: Compiler): Promise<MutantList> {
	return compiler.request('mutants', { modules: source.modules, builtins: capabilities(hostBuiltins.keys()) });
}

/** Compiles a policy with its tests and the mutants of these ids. `probes`: they tell where evaluations come by. */
export async function compileMutants(
	source: PolicySource,
	ids: readonly string[],
	compiler: Compiler,
	probes = false,
): Promise<MutantModule> {
	const builtins = capabilities(hostBuiltins.keys());
	const { packages } = await compiler.request('inspect', { modules: source.modules, builtins });
	const { file, sayings } = says(packages);
	const entrypoints = [ENTRYPOINT, ...sayings.values()];
	const { wasm, mutants, dropped } = await compiler.request('mutate', {
		modules: source.modules,
		support: [...source.tests, ...generate(packages), file],
		builtins,
		entrypoints,
		mutants: ids,
		probes,
	});
	return { module: moduleOf(Buffer.from(wasm, 'base64')), mutants, dropped, sayings };
}

/** A package with one rule for each rule package: what all its sets hold. */
function says(packages: readonly PackageInfo[]): {
	readonly file: PolicyFile;
	readonly sayings: ReadonlyMap<string, string>;
} {
	const sayings = new Map<string, string>();
	const rules = packages.flatMap((info) => {
		const id = ruleId(info.path);
		if (id === undefined) return [];
		const name = `r${sayings.size}`;
		sayings.set(id, `sluice/mutation/says/${name}`);
		const sets = [...setsOf(info)].filter(([, found]) => found.every(({ kind }) => kind === 'set'));
		const members = sets.map(
			([set]) =>
				`"${set}": data.${info.path
					.map((part, i) => (i === 0 ? part : `["${part}"]`))
					.join('.')
					.replaceAll('.[', '[')}.${set}`,
		);
		return [`${name} := {${members.join(', ')}}\n`];
	});
	return {
		file: { path: '.sluice/says.rego', text: ['package sluice.mutation.says\n', ...rules].join('\n') },
		sayings,
	};
}
