import { nearest } from '../schema/nearest.ts';
import { checkMember } from './check-member.ts';
import { checkMetadata, sameTitles } from './check-metadata.ts';
import type { PackageInfo, RegoRule } from './compiler-protocol.ts';
import { isRuleName, isUnderRules, RULE_SETS, ruleId, setsOf } from './rule-shape.ts';
import type { Diagnostic } from './types.ts';

/** What else a check may know of the engine that the policy will run in. */
export interface PolicyKnowledge {
	/** Finding types that the configured detectors can report; absent: not checked. */
	readonly findingTypes?: Iterable<string>;
	/** Throws when the path of a mask could not be used; its message is shown. */
	readonly maskPath?: (path: string) => unknown;
	/** Now, Unix ns: then exceptions that have expired are warned of. */
	readonly nowNs?: bigint;
}

const SETS = RULE_SETS.map((set) => `\`${set}\``).join(', ');

/** Whatever would compile and then silently never fire (contract §2). */
export function checkPackages(packages: readonly PackageInfo[], knowledge: PolicyKnowledge): Diagnostic[] {
	const found = [...packages.flatMap((info) => checkPackage(info, knowledge)), ...sameTitles(packages)];
	if (packages.some(isUnderRules)) return found;
	return [
		...found,
		{
			code: 'ERR_POLICY_EMPTY',
			level: 'error',
			message: 'the policy holds no rule package, so it would allow everything',
			help: 'put a rule into a package `rules.<category>.<name>`',
		},
	];
}

function checkPackage(info: PackageInfo, knowledge: PolicyKnowledge): Diagnostic[] {
	const { file, row, col } = info;
	const at = { level: 'error', place: { file, row, col } } as const;
	const name = info.path.join('.');
	if (info.path[0] === 'sluice') {
		const message = `package \`${name}\` is not yours: packages under \`sluice\` are generated`;
		return [{ ...at, code: 'ERR_RULE_PACKAGE', message, help: 'give it a name under `lib`' }];
	}
	if (!isUnderRules(info)) return strayRules(info, name);
	const rule = ruleId(info.path);
	if (rule === undefined) {
		const wrongName = info.path.slice(1).find((part) => !isRuleName(part));
		const message =
			info.path.length === 3 && wrongName !== undefined
				? `package \`${name}\` would never be asked: \`${wrongName}\` is no name of a rule`
				: `package \`${name}\` would never be asked: a rule's package has exactly three parts`;
		const help =
			'write `package rules.<category>.<name>` with names in lower case, digits and `_`; helpers go under `lib`';
		return [{ ...at, code: 'ERR_RULE_PACKAGE', message, help }];
	}
	return [...duplicate(info, rule), ...empty(info, rule), ...sets(info, rule, knowledge), ...checkMetadata(info, rule)];
}

/** A rule set outside of `rules` is never collected. */
function strayRules(info: PackageInfo, name: string): Diagnostic[] {
	return info.rules
		.filter((rule) => rule.kind === 'set' && (RULE_SETS as readonly string[]).includes(rule.name))
		.map((rule) => ({
			code: 'ERR_RULE_PACKAGE',
			level: 'error',
			message: `\`${rule.name}\` in package \`${name}\` would never be asked`,
			help: 'rules are asked in packages `rules.<category>.<name>` only',
			place: placeOf(rule),
		}));
}

function duplicate(info: PackageInfo, rule: string): Diagnostic[] {
	const folder = (file: string) => file.slice(0, Math.max(file.lastIndexOf('/'), 0));
	const [first, ...others] = info.files;
	return others
		.filter((file) => folder(file) !== folder(first!))
		.map((file) => ({
			code: 'ERR_RULE_DUPLICATE',
			level: 'error',
			rule,
			message: `the rule \`${rule}\` is also defined by \`${first}\``,
			help: 'a rule has one package in one folder: rename one of the two',
			place: { file, row: 1, col: 1 },
		}));
}

function empty(info: PackageInfo, rule: string): Diagnostic[] {
	if (setsOf(info).size > 0) return [];
	const { file, row, col } = info;
	const message = `the rule \`${rule}\` defines none of ${SETS}, so it would never say anything`;
	const misspelt = info.rules.find(({ name }) => nearest(name, RULE_SETS) !== undefined);
	const help =
		misspelt === undefined
			? 'write for example `deny contains "why" if { … }`; shared helpers go into packages under `lib`'
			: `did you mean \`${nearest(misspelt.name, RULE_SETS)}\` instead of \`${misspelt.name}\`?`;
	return [{ code: 'ERR_RULE_EMPTY', level: 'error', rule, message, help, place: { file, row, col } }];
}

function sets(info: PackageInfo, rule: string, knowledge: PolicyKnowledge): Diagnostic[] {
	return [...setsOf(info)].flatMap(([set, rules]) =>
		rules.flatMap((definition): Diagnostic[] => {
			if (definition.kind === 'set') {
				return checkMember(set, definition, knowledge).map((diagnostic) => ({ ...diagnostic, rule }));
			}
			const help = `write \`${set} contains … if { … }\``;
			const message = `\`${definition.head}\` is ${WHAT[definition.kind]}, so it would never fire: \`${set}\` is a partial set`;
			return [{ code: 'ERR_RULE_SHAPE', level: 'error', rule, message, help, place: placeOf(definition) }];
		}),
	);
}

const WHAT: Readonly<Record<Exclude<RegoRule['kind'], 'set'>, string>> = {
	complete: 'a single value',
	function: 'a function',
	map: 'a map',
	nested: 'nested',
};

function placeOf({ file, row, col }: RegoRule) {
	return { file, row, col };
}
