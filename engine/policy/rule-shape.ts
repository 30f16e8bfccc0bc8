import type { PackageInfo, RegoRule } from './compiler-protocol.ts';
import type { RuleSet } from './judgement.ts';

/** The partial sets that a rule package may define, in the order of contract §2. */
export const RULE_SETS: readonly RuleSet[] = ['deny', 'hold', 'mask', 'warn', 'label'];

/** The fields of a member that is an object, the required one first. */
export const SET_FIELDS: Readonly<Record<RuleSet, readonly [string, ...string[]]>> = {
	deny: ['message'],
	hold: ['message', 'approvers', 'quorum', 'timeout', 'grant'],
	mask: ['message', 'path', 'finding', 'op', 'with'],
	warn: ['message'],
	label: ['label', 'scope', 'for'],
};

export const MASK_OPS: readonly string[] = ['redact', 'partial', 'hash', 'remove', 'replace'];

export const LABEL_SCOPES: readonly string[] = ['session', 'principal'];

/** `<category>/<name>` of a rule package, or undefined when its path is none. */
export function ruleId(path: readonly string[]): string | undefined {
	const [top, category, name] = path;
	if (path.length !== 3 || top !== 'rules' || !isRuleName(category!) || !isRuleName(name!)) return undefined;
	return `${category}/${name}`;
}

/** Whether a package claims to be a rule: everything under `rules`. */
export function isUnderRules(info: PackageInfo): boolean {
	return info.path[0] === 'rules';
}

export function isRuleName(name: string): boolean {
	return /^[a-z][a-z0-9_]*$/.test(name);
}

/** The rules of a package whose name is one of the five sets, by set. */
export function setsOf(info: PackageInfo): ReadonlyMap<RuleSet, readonly RegoRule[]> {
	return new Map(
		RULE_SETS.map((set) => [set, info.rules.filter((rule) => rule.name === set)] as const).filter(
			([, rules]) => rules.length > 0,
		),
	);
}
