import { createHash } from 'node:crypto';
import { hostBuiltins } from './builtins/index.ts';
import { readCached, writeCached } from './cache.ts';
import { capabilities } from './capabilities.ts';
import { checkPolicy, diagnose, type PolicyKnowledge } from './check.ts';
import { type Compiler, CompilerRefusal } from './compiler.ts';
import { ENTRYPOINT, generate } from './generate.ts';
import { INPUT_SCHEMA_TEXT } from './input-schema.ts';
import { compilerHash } from './locate-compiler.ts';
import { PolicyError } from './policy-error.ts';
import { compilerIdentity, revisionOf } from './revision.ts';
import type { CompiledPolicy, Diagnostic, MaskingConfig, PolicySource, RuleInfo } from './types.ts';

/**
 * Compiles a policy to one WebAssembly module. With a cache folder, what was compiled once is read back, and
 * then the compiler is neither located nor started.
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
	const builtins = capabilities(hostBuiltins.keys());
	const identity = compilerIdentity();
	const { modules, data } = source;
	const revision = revisionOf({ modules, data, masking, detectorVersion, builtins, compiler: identity });
	const key = await cacheKey(revision);
	const cached = cacheDir === undefined ? undefined : await readCached(cacheDir, key, revision);
	if (cached) return cached;

	const { diagnostics, rules } = await checkPolicy({ ...source, tests: [] }, compiler, knowledge);
	if (diagnostics.some(({ level }) => level === 'error')) throw refused(source, diagnostics);
	const wasm = await build(source, compiler, builtins);
	const policy: CompiledPolicy = {
		revision,
		wasm,
		data,
		rules,
		reads: allReads(rules),
		modules,
		masking,
		compiler: identity,
		detectorVersion,
		builtins,
	};
	if (cacheDir !== undefined) await writeCached(cacheDir, key, policy);
	return policy;
}

/** Everything that decides the outcome of compiling, none of which needs the compiler. */
async function cacheKey(revision: string): Promise<string> {
	return createHash('sha256')
		.update(`${revision}\n${await compilerHash()}\n${INPUT_SCHEMA_TEXT}`)
		.digest('hex');
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
		diagnostics,
		{ help: help ?? 'run `sluice check` on it to see all errors' },
	);
}

function allReads(rules: readonly RuleInfo[]): readonly string[] | null {
	const reads = rules.map((rule) => rule.reads ?? null);
	if (reads.includes(null)) return null;
	return [...new Set(reads.flatMap((list) => list ?? []))].sort();
}
