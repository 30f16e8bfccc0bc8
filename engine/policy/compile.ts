import { createHash } from 'node:crypto';
import { hostBuiltins } from './builtins/index.ts';
import { readCached, writeCached } from './cache.ts';
import { capabilities } from './capabilities.ts';
import { checkPolicy, type PolicyKnowledge } from './check.ts';
import { type Compiler, CompilerRefusal } from './compiler.ts';
import { inspectPolicyConfig } from './config-data.ts';
import { dataPlaces } from './data-place.ts';
import { ENTRYPOINT, generate } from './generate.ts';
import { INPUT_SCHEMA_TEXT } from './input-schema.ts';
import { diagnose } from './lint/diagnose.ts';
import { compilerHash } from './locate-compiler.ts';
import { PolicyError } from './policy-error.ts';
import { compilerIdentity, revisionOf } from './revision.ts';
import type { CompiledPolicy, Diagnostic, MaskingConfig, PolicySource, RuleInfo } from './types.ts';

/**
 * Compiles a policy to one WebAssembly module. What was compiled once is found again, by this compiler and, with a cache
 * folder, by every process: then the compiler is neither located nor started. Data is no part of the module, so a policy
 * that differs in data alone has another revision and the same module.
 *
 * @throws {PolicyError} `ERR_POLICY_REFUSED` with all diagnostics when it does not compile
 * @throws {SluiceError} when there is no compiler or it ends
 */
export async function compilePolicy(
	source: PolicySource,
	masking: MaskingConfig,
	detectorVersion: string,
	compiler: Compiler,
	cacheDir?: string,
	knowledge: PolicyKnowledge = {},
): Promise<CompiledPolicy> {
	const { modules, data } = source;
	const parts = {
		modules,
		masking,
		detectorVersion,
		builtins: capabilities(hostBuiltins.keys()),
		compiler: compilerIdentity(),
	};
	const withData = (policy: CompiledPolicy) => ({ ...policy, data, revision: revisionOf({ ...parts, data }) });
	// the policy without its data: what is cached
	const bare = revisionOf({ ...parts, data: {} });
	const key = await cacheKey(bare, knowledge);
	const memo = `${cacheDir ?? ''}\n${key}`;
	const known = recall(compiler, memo) ?? (cacheDir === undefined ? undefined : await readCached(cacheDir, key, bare));
	if (known !== undefined) {
		remember(compiler, memo, known);
		const ids = known.rules.map(({ id }) => id);
		const { diagnostics } = inspectPolicyConfig(data, ids, knowledge.nowNs, dataPlaces(source.dataFiles));
		if (diagnostics.some(({ level }) => level === 'error')) throw refused(source, diagnostics);
		return withData(known);
	}
	const { diagnostics, rules } = await checkPolicy({ ...source, tests: [] }, compiler, knowledge);
	if (diagnostics.some(({ level }) => level === 'error')) throw refused(source, diagnostics);
	const wasm = await build(source, compiler, parts.builtins);
	const policy: CompiledPolicy = { ...parts, revision: bare, data: {}, wasm, rules, reads: allReads(rules) };
	remember(compiler, memo, policy);
	if (cacheDir !== undefined) await writeCached(cacheDir, key, policy);
	return withData(policy);
}

/** Everything that decides the outcome of compiling, none of which needs the compiler. */
async function cacheKey(bare: string, { findingTypes }: PolicyKnowledge): Promise<string> {
	const types = findingTypes === undefined ? '' : JSON.stringify([...findingTypes].sort());
	return createHash('sha256')
		.update(`${bare}\n${await compilerHash()}\n${types}\n${INPUT_SCHEMA_TEXT}`)
		.digest('hex');
}

/** How many compiled policies a compiler remembers: the running one, a candidate, and what each was before. */
const REMEMBERED = 4;

const remembered = new WeakMap<Compiler, Map<string, CompiledPolicy>>();

function recall(compiler: Compiler, key: string): CompiledPolicy | undefined {
	return remembered.get(compiler)?.get(key);
}

/** So that a gateway whose cache cannot be written takes changed data without compiling too. */
function remember(compiler: Compiler, key: string, policy: CompiledPolicy): void {
	const policies = remembered.get(compiler) ?? new Map<string, CompiledPolicy>();
	remembered.set(compiler, policies);
	policies.delete(key);
	policies.set(key, policy);
	for (const oldest of policies.keys()) {
		if (policies.size <= REMEMBERED) break;
		policies.delete(oldest);
	}
}

async function build(source: PolicySource, compiler: Compiler, builtins: readonly string[]): Promise<Buffer> {
	try {
		const { packages } = await compiler.request('inspect', { modules: source.modules, builtins });
		const modules = [...source.modules, ...generate(packages)];
		const { wasm } = await compiler.request('compile', { modules, builtins, entrypoints: [ENTRYPOINT] });
		return Buffer.from(wasm, 'base64');
	} catch (error) {
		if (error instanceof CompilerRefusal) throw refused(source, diagnose(error.problems));
		throw error;
	}
}

function refused(source: PolicySource, diagnostics: readonly Diagnostic[]): PolicyError {
	const errors = diagnostics.filter(({ level }) => level === 'error');
	const { place, message, help } = errors[0]!;
	const where = place === undefined ? '' : `${place.file}:${place.row}:${place.col}: `;
	const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
	return new PolicyError(
		'ERR_POLICY_REFUSED',
		`the policy \`${source.origin}\` does not compile: ${where}${message}${more}`,
		errors,
		{ help: help ?? 'run `sluice check` on it to see all errors' },
	);
}

function allReads(rules: readonly RuleInfo[]): readonly string[] | null {
	const reads = rules.map((rule) => rule.reads ?? null);
	if (reads.includes(null)) return null;
	return [...new Set(reads.flatMap((list) => list ?? []))].sort();
}
