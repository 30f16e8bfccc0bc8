import { hostBuiltins } from './builtins/index.ts';
import { capabilities } from './capabilities.ts';
import { checkPackages, type PolicyKnowledge } from './check-packages.ts';
import { type Compiler, CompilerRefusal } from './compiler.ts';
import type { CompilerProblem, PackageInfo, RegoRule } from './compiler-protocol.ts';
import { inspectPolicyConfig } from './config-data.ts';
import { dataPlaces } from './data-place.ts';
import { generate } from './generate.ts';
import { INPUT_SCHEMA } from './input-schema.ts';
import { diagnose } from './lint/diagnose.ts';
import { worded } from './lint/findings.ts';
import { withoutIgnored } from './lint/ignores.ts';
import { RULE_SETS, ruleId, setsOf } from './rule-shape.ts';
import type { Diagnostic, PolicySource, RuleInfo } from './types.ts';

export type { PolicyKnowledge } from './check-packages.ts';

/** What is to be said of a policy, and what it defines. */
export interface PolicyCheck {
	/** In the order of files and lines. */
	readonly diagnostics: readonly Diagnostic[];
	/** Empty when a file does not parse. */
	readonly rules: readonly RuleInfo[];
}

/**
 * Everything that is wrong with a policy, and what is doubtful: syntax, types against the input schema, functions that are
 * not available, rules that would silently never fire, configuration data, hazards. Tests are checked with it.
 *
 * @throws {SluiceError} when there is no compiler or it ends; what is wrong with the policy is never thrown
 */
export async function checkPolicy(
	source: PolicySource,
	compiler: Compiler,
	knowledge: PolicyKnowledge = {},
): Promise<PolicyCheck> {
	const { diagnostics, rules } = await everything(source, compiler, knowledge);
	const files = [...source.modules, ...source.tests, ...(source.dataFiles ?? [])];
	return { diagnostics: withoutIgnored(diagnostics, files).map(shortened).sort(byPlace), rules };
}

async function everything(source: PolicySource, compiler: Compiler, knowledge: PolicyKnowledge): Promise<PolicyCheck> {
	const builtins = capabilities(hostBuiltins.keys());
	const modules = [...source.modules, ...source.tests];
	const tests = source.tests.map(({ path }) => path);
	const inspected = await attempt(compiler.request('inspect', { modules, builtins }));
	if (!inspected.ok) return { diagnostics: diagnose(inspected.problems), rules: [] };

	const packages = withoutTests(inspected.result.packages, new Set(tests));
	const generated = generate(packages);
	const checked = await attempt(
		compiler.request('check', {
			modules: [...modules, ...generated],
			builtins,
			schema: INPUT_SCHEMA,
			tests,
			generated: generated.map(({ path }) => path),
		}),
	);
	const { problems, findings } = checked.ok ? checked.result : { problems: checked.problems, findings: [] };
	const rules = describeRules(packages);
	const ids = rules.map(({ id }) => id);
	const config = inspectPolicyConfig(source.data, ids, knowledge.nowNs, dataPlaces(source.dataFiles));
	const diagnostics = [
		...checkPackages(packages, knowledge),
		...diagnose(problems),
		...worded(findings).map((diagnostic) => ofRule(diagnostic, packages)),
		...config.diagnostics,
	];
	return { diagnostics, rules };
}

/** Longest message and help, characters: names and texts of a policy can be of any length. */
const LONGEST = 600;

function shortened(diagnostic: Diagnostic): Diagnostic {
	const { message, help, opa } = diagnostic;
	const short = (text: string) => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`);
	return {
		...diagnostic,
		message: short(message),
		...(help === undefined ? {} : { help: short(help) }),
		...(opa === undefined ? {} : { opa: { ...opa, message: short(opa.message) } }),
	};
}

/** With the rule whose file it stands in. */
function ofRule(diagnostic: Diagnostic, packages: readonly PackageInfo[]): Diagnostic {
	const { place } = diagnostic;
	const info = place && packages.find(({ files }) => files.includes(place.file));
	const rule = info && ruleId(info.path);
	return rule === undefined ? diagnostic : { ...diagnostic, rule };
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

function byPlace(a: Diagnostic, b: Diagnostic): number {
	const [p, q] = [a.place, b.place];
	if (p === undefined || q === undefined) return p === q ? 0 : p === undefined ? 1 : -1;
	if (p.file !== q.file) return p.file < q.file ? -1 : 1;
	return p.row - q.row || p.col - q.col || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}
