import { nearest } from '../schema/nearest.ts';
import { hostBuiltins } from './builtins/index.ts';
import { capabilities, whyForbidden } from './capabilities.ts';
import { checkPackages, type PolicyKnowledge } from './check-packages.ts';
import { type Compiler, type CompilerProblem, CompilerRefusal, type PackageInfo, type RegoRule } from './compiler.ts';
import { inspectPolicyConfig } from './config-data.ts';
import { generate } from './generate.ts';
import { INPUT_SCHEMA } from './input-schema.ts';
import { RULE_SETS, ruleId, setsOf } from './rule-shape.ts';
import type { Diagnostic, Place, PolicySource, RuleInfo } from './types.ts';

export type { PolicyKnowledge } from './check-packages.ts';

/** What is to be said of a policy, and what it defines. */
export interface PolicyCheck {
	/** In the order of files and lines. */
	readonly diagnostics: readonly Diagnostic[];
	/** Empty when a file does not parse. */
	readonly rules: readonly RuleInfo[];
}

/**
 * Everything that is wrong with a policy: syntax, types against the input schema, functions that are not
 * available, rules that would silently never fire, and configuration data. Tests are checked with it.
 *
 * @throws {SluiceError} when there is no compiler or it ends; what is wrong with the policy is never thrown
 */
export async function checkPolicy(
	source: PolicySource,
	compiler: Compiler,
	knowledge: PolicyKnowledge = {},
): Promise<PolicyCheck> {
	const builtins = capabilities(hostBuiltins.keys());
	const modules = [...source.modules, ...source.tests];
	const inspected = await attempt(compiler.request('inspect', { modules, builtins }));
	if (!inspected.ok) return { diagnostics: diagnose(inspected.problems), rules: [] };

	const packages = withoutTests(inspected.result.packages, new Set(source.tests.map(({ path }) => path)));
	const shapes = checkPackages(packages, knowledge);
	const typed = await attempt(
		compiler.request('check', { modules: [...modules, ...generate(packages)], builtins, schema: INPUT_SCHEMA }),
	);
	const rules = describeRules(packages);
	const config = inspectPolicyConfig(
		source.data,
		rules.map(({ id }) => id),
		knowledge.nowNs,
	);
	const diagnostics = [...shapes, ...(typed.ok ? [] : diagnose(typed.problems)), ...config.diagnostics];
	return { diagnostics: diagnostics.sort(byPlace), rules };
}

/** Packages as the module sees them: without the rules of `*_test.rego`. */
function withoutTests(packages: readonly PackageInfo[], tests: ReadonlySet<string>): PackageInfo[] {
	return packages
		.map((info) => ({
			...info,
			files: info.files.filter((file) => !tests.has(file)),
			rules: info.rules.filter(({ file }) => !tests.has(file)),
		}))
		.filter(({ files }) => files.length > 0);
}

function describeRules(packages: readonly PackageInfo[]): RuleInfo[] {
	return packages.flatMap((info) => {
		const id = ruleId(info.path);
		if (id === undefined) return [];
		const { title, description, custom } = info.annotations ?? {};
		const severity = custom?.['severity'];
		const sets = setsOf(info);
		const reads = readsOf([...sets.values()].flat());
		return [
			{
				id,
				...(title === undefined ? {} : { title }),
				...(description === undefined ? {} : { description }),
				...(typeof severity === 'string' ? { severity } : {}),
				sets: RULE_SETS.filter((set) => sets.has(set)),
				files: info.files,
				reads,
				...(info.touches === null ? {} : { touches: info.touches }),
				...(info.uses === null ? {} : { uses: info.uses }),
				finds: readsFindings(reads) || (sets.get('mask') ?? []).some(mayMaskFindings),
			},
		];
	});
}

function readsFindings(reads: readonly string[] | null): boolean {
	return reads === null || reads.some((path) => path === 'input.findings' || path.startsWith('input.findings.'));
}

/** Unless its text shows an object without `finding`. */
function mayMaskFindings({ member }: RegoRule): boolean {
	const keys = member?.members?.map(({ key }) => key.value);
	return keys === undefined || keys.includes(undefined) || keys.includes('finding');
}

/** Null: a rule hands the whole input to something, so nobody knows what is read. */
function readsOf(rules: readonly { readonly reads: readonly string[] | null }[]): readonly string[] | null {
	const all = new Set<string>();
	for (const { reads } of rules) {
		if (reads === null || reads.includes('input')) return null;
		for (const path of reads) all.add(path);
	}
	return [...all].sort();
}

async function attempt<T>(
	request: Promise<T>,
): Promise<{ ok: true; result: T } | { ok: false; problems: readonly CompilerProblem[] }> {
	try {
		return { ok: true, result: await request };
	} catch (error) {
		if (error instanceof CompilerRefusal) return { ok: false, problems: error.problems };
		throw error;
	}
}

/** The compiler's problems in the user's words. */
export function diagnose(problems: readonly CompilerProblem[]): Diagnostic[] {
	return problems.map((problem): Diagnostic => {
		const { code, details, file, row = 1, col = 1 } = problem;
		const place: Place | undefined = file === undefined ? undefined : { file, row, col };
		const at = { level: 'error', ...(place === undefined ? {} : { place }) } as const;
		if (details?.builtin !== undefined) {
			const { reason, help } = whyForbidden(details.builtin);
			return {
				...at,
				code: 'ERR_RULE_BUILTIN',
				message: `a rule may not call \`${details.builtin}\`: ${reason}`,
				help,
			};
		}
		if (details?.before !== undefined && /^input\b/.test(details.before)) {
			const { before, have, oneOf = [] } = details;
			const meant = nearest(have ?? '', oneOf);
			const help =
				meant === undefined
					? `\`${before}\` has ${oneOf.map((name) => `\`${name}\``).join(', ') || 'no members'}`
					: `did you mean \`${before}.${meant}\`?`;
			return { ...at, code, message: `the input has no \`${before}.${have}\``, help };
		}
		const help = helpFor(problem);
		return { ...at, code, message: problem.message, ...(help === undefined ? {} : { help }) };
	});
}

/** What to do about OPA's own complaints, where it can be said. */
function helpFor({ code, message, details }: CompilerProblem): string | undefined {
	// what stands there and what should, as OPA spells types
	if (code === 'rego_type_error' && details?.lines !== undefined && details.lines.length > 0) {
		return details.lines.map((line) => line.replace(/\s+:/, ':').trim()).join('; ');
	}
	if (code === 'rego_parse_error') {
		return /keyword is required/.test(message)
			? 'policies are Rego v1: write it as in `deny contains "why" if { … }`'
			: 'correct the syntax there: policies are Rego v1';
	}
	if (code === 'rego_unsafe_var_error') return 'give it a value in the body, or declare it with `some … in …`';
	if (code === 'rego_recursion_error') return 'a rule may not use itself, directly or through others';
	if (/^undefined function /.test(message)) return 'correct the name, or define the function in a package under `lib`';
	return undefined;
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
	const [p, q] = [a.place, b.place];
	if (p === undefined || q === undefined) return p === q ? 0 : p === undefined ? 1 : -1;
	return p.file === q.file ? p.row - q.row || p.col - q.col : p.file < q.file ? -1 : 1;
}
