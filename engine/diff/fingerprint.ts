import { createHash } from 'node:crypto';
import { typeMatches } from '../detect/type-glob.ts';
import { canonical } from '../policy/revision.ts';
import type { CompiledPolicy, RuleInfo } from '../policy/types.ts';

/** What a rule's hash is made of, as far as it comes from the policy. */
export type Hashed = Pick<CompiledPolicy, 'rules' | 'modules' | 'data' | 'masking' | 'detectorVersion'>;

/**
 * sha256 (hex) of all that makes a rule what it is: its Rego and that of everything it refers to, the data they read,
 * its title and severity, its level, the exceptions that may be for it and, if findings decide what it says or covers,
 * the detectors. Comments and formatting do not count. Undefined when the policy has no such rule.
 *
 * Two policies in which a rule has the same hash get the same from it for every input document; what stands in that
 * document may depend on other rules, through labels and counts.
 */
export function ruleFingerprint(policy: Hashed, rule: string): string | undefined {
	const info = policy.rules.find(({ id }) => id === rule);
	if (info === undefined) return undefined;
	const config = policy.data['config'] as Config | undefined;
	return sha256([
		'sluice rule 1',
		rule,
		[info.title ?? null, info.severity ?? null, [...info.sets].sort()],
		madeOf(policy, info),
		config?.rules?.[rule]?.level ?? config?.level ?? 'enforce',
		(config?.exceptions ?? []).filter((exception) => mayMatch(exception.rule, rule)),
		info.finds === false ? null : detectorsOf(policy),
	]);
}

/**
 * sha256 (hex) of what judges beside the rules: the compiler, and the functions that they may call. What any frame gets
 * can change with it though no rule did. Detectors are part of the rules that they matter to.
 */
export function engineFingerprint({ compiler, builtins }: Pick<CompiledPolicy, 'compiler' | 'builtins'>): string {
	return sha256(['sluice engine 1', compiler, [...builtins].sort()]);
}

/** Rules that are in both policies and differ, or in one of them only; sorted. */
export function changedRules(from: Hashed, to: Hashed): string[] {
	const ids = new Set([...from.rules, ...to.rules].map(({ id }) => id));
	return [...ids].filter((id) => ruleFingerprint(from, id) !== ruleFingerprint(to, id)).sort();
}

interface Config {
	readonly level?: string;
	readonly rules?: Readonly<Record<string, { readonly level?: string }>>;
	readonly exceptions?: readonly { readonly rule?: unknown }[];
}

/** A policy that does not say what its rules use (a bundle of an older version) may use all it has. */
function madeOf(policy: Hashed, { uses }: RuleInfo): unknown {
	if (uses === undefined) return [policy.modules.map(({ path, text }) => [path, text]).sort(), policy.data];
	return [uses.code, uses.data.map((path) => [path, at(policy.data, path)])];
}

function detectorsOf({ masking, detectorVersion }: Pick<CompiledPolicy, 'masking' | 'detectorVersion'>): unknown {
	return [[...masking.detectors].sort(), masking.custom ?? null, detectorVersion];
}

/** As a list, since what is absent and what is null are not the same. */
function at(data: Readonly<Record<string, unknown>>, path: readonly string[]): readonly unknown[] {
	let value: unknown = data;
	for (const key of path) {
		if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return [];
		value = (value as Record<string, unknown>)[key];
	}
	return [value];
}

/** An exception's rule is an id or a glob; what is neither counts. */
function mayMatch(glob: unknown, rule: string): boolean {
	return typeof glob !== 'string' || typeMatches(glob, rule);
}

function sha256(value: unknown): string {
	return createHash('sha256').update(canonical(value)).digest('hex');
}
