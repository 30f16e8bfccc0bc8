import { cacheDir } from '../../engine/policy/cache-dir.ts';
import { compilePolicy } from '../../engine/policy/compile.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import { readPolicyConfig } from '../../engine/policy/config-data.ts';
import { generate } from '../../engine/policy/generate.ts';
import { indexTable } from '../../engine/policy/index-table.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import { openCompiler } from '../../engine/policy/locate-compiler.ts';
import type { PolicyFile } from '../../engine/policy/types.ts';
import { DATA, otherRules, realisticRules } from './rules.ts';

/** A policy, and everything that another engine needs to decide the same. */
export interface BenchPolicy {
	readonly policy: Policy;
	/** What the module reads from `data`. */
	readonly data: Readonly<Record<string, unknown>>;
	/** Without `data.sluice.index`: then every rule is asked about every frame. */
	readonly unindexed: Readonly<Record<string, unknown>>;
	/** The rules, and what is generated around them. */
	readonly modules: readonly PolicyFile[];
}

/** The realistic rules, and so many others that no measured frame can touch. */
export async function benchPolicy(others = 0): Promise<BenchPolicy> {
	const cache = cacheDir(process.env);
	const compiler = openCompiler({ env: process.env, cacheDir: cache });
	try {
		const rules = [...realisticRules(), ...otherRules(others)].sort((a, b) => (a.path < b.path ? -1 : 1));
		const source = { origin: 'bench', modules: rules, tests: [], data: DATA };
		const policy = loadPolicy(await compilePolicy(source, { detectors: [] }, '1', compiler, cache));
		const ids = policy.rules.map((rule) => rule.id);
		const { levels } = readPolicyConfig(policy.compiled.data, ids);
		return {
			policy,
			data: { ...policy.compiled.data, sluice: { levels, index: indexTable(policy.index) } },
			unindexed: { ...policy.compiled.data, sluice: { levels } },
			modules: [...rules, ...(await generated(rules, policy, compiler))],
		};
	} finally {
		await compiler.close();
	}
}

async function generated(modules: readonly PolicyFile[], policy: Policy, compiler: Compiler) {
	const { packages } = await compiler.request('inspect', { modules, builtins: policy.compiled.builtins });
	return generate(packages);
}
