import type { PackageInfo } from './compiler-protocol.ts';
import { groupsId } from './index-table.ts';
import type { RuleSet } from './judgement.ts';
import { createRuleIndex, type RuleGroup } from './rule-index.ts';
import { LABEL_SCOPES, MASK_OPS, RULE_SETS, ruleId, SET_FIELDS, setsOf } from './rule-shape.ts';
import type { PolicyFile } from './types.ts';

/** The one entry point of every policy module. */
export const ENTRYPOINT = 'sluice/main/decision';

const names = (list: readonly string[]) => `{${list.map((name) => JSON.stringify(name)).join(', ')}}`;

/**
 * What every policy gets: `sluice/main/decision` from the members that the generated packages `sluice.rules.<group>`
 * collect. Which groups a frame needs stands in `data.sluice.index` (`index-table.ts`); without it, or for a frame
 * that it does not know, all are asked.
 *
 * It is total. Whatever a rule's set holds, `decision` is defined: a member is either a reason, a label, or
 * named in `malformed`, which denies. Functions that describe a shape are asked with `not`, so a type nobody
 * thought of is malformed, not silent. A `why` never repeats a value: it may be one that policy masks.
 */
export const TEMPLATE = `package sluice.main

decision := {"reasons": reasons, "labels": labels, "malformed": malformed}

active := list if list := indexed.tools[input.tool.name]
else := list if list := indexed.others
else := groups

# An index over other groups, as one of another version of this program might be, says nothing of these.
indexed := data.sluice.index.frames[input.from][input.kind][input.method] if data.sluice.index.groups == groups_id

members contains found if {
	some group in active
	some found in data.sluice.rules[group].members
}

reasons contains object.union(fields(found), about(found)) if {
	some found in members
	found.set != "label"
	well_formed(found)
}

labels contains object.union(fields(found), {"rule": found.rule, "level": found.level}) if {
	some found in members
	found.set == "label"
	well_formed(found)
}

malformed contains {"rule": found.rule, "set": found.set, "why": why} if {
	some found in members
	not well_formed(found)
	some why in whys(found)
}

malformed contains wrong if some wrong in misshapen

about(found) := object.union(object.remove(found, ["member", "about"]), found.about)

# A string is the message, or the label.
fields(found) := {known[found.set].main: found.member} if is_string(found.member)

fields(found) := found.member if is_object(found.member)

well_formed(found) if count(whys(found)) == 0

whys(found) := set() if {
	is_string(found.member)
	found.set != "mask"
	not empty_label(found)
}

whys(found) := {"a label must not be empty"} if empty_label(found)

whys(found) := {"a mask must say what it covers: give an object with \`path\` or \`finding\`"} if {
	is_string(found.member)
	found.set == "mask"
}

whys(found) := object_whys(found.set, found.member) if is_object(found.member)

whys(found) := {$"a member is {article[type_name(found.member)]}, not a string or an object"} if {
	not is_string(found.member)
	not is_object(found.member)
}

empty_label(found) if {
	found.set == "label"
	found.member == ""
}

article := {
	"null": "null",
	"boolean": "a boolean",
	"number": "a number",
	"array": "an array",
	"set": "a set",
}

object_whys(set_name, member) := unknown | missing | ill_typed | contradictory if {
	unknown := {$"it has a field other than {known[set_name].text}" |
		some field, _ in member
		not field in known[set_name].fields
	}
	missing := {$"\`{known[set_name].main}\` is missing" |
		not known[set_name].main in object.keys(member)
	}
	ill_typed := {$"\`{field}\` must be {expected[field]}" |
		some field, value in member
		field in known[set_name].fields
		not fits(field, value)
	}
	contradictory := {why | some why in contradictions(set_name, member)}
}

contradictions("mask", member) := what | replacement if {
	what := {"give exactly one of \`path\` and \`finding\`" |
		count({"path", "finding"} & object.keys(member)) != 1
	}
	replacement := {"\`with\` belongs to \`op: replace\`, and \`op: replace\` needs it" |
		replaces(member) != has_with(member)
	}
}

contradictions(set_name, _) := set() if set_name != "mask"

replaces(member) if member.op == "replace"
else := false

has_with(member) if "with" in object.keys(member)
else := false

expected := {
	"message": "a string",
	"approvers": "a list of \`group:…\` and \`user:…\` with at least one entry",
	"quorum": "a whole number of at least 1",
	"timeout": "a duration such as 10m",
	"grant": "a duration such as 10m",
	"path": "a string",
	"finding": "a string",
	"op": "one of ${MASK_OPS.join(', ')}",
	"with": "a value",
	"label": "a string that is not empty",
	"scope": "one of ${LABEL_SCOPES.join(', ')}",
	"for": "a duration such as 1h",
}

fits("message", value) if is_string(value)

fits("approvers", value) if {
	is_array(value)
	count(value) > 0
	every approver in value {
		is_string(approver)
		regex.match(\`^(group|user):.\`, approver)
	}
}

fits("quorum", value) if {
	is_number(value)
	value >= 1
	value == floor(value)
}

fits(field, value) if {
	field in {"timeout", "grant", "for"}
	is_string(value)
	count(value) <= 32
	regex.match(\`^([0-9]+(ms|s|m|h|d))+$\`, value)
	regex.match(\`[1-9]\`, value)
}

fits(field, value) if {
	field in {"path", "finding", "label"}
	is_string(value)
	value != ""
}

fits("op", value) if value in ${names(MASK_OPS)}

fits("with", _)

fits("scope", value) if value in ${names(LABEL_SCOPES)}

known := {
${RULE_SETS.map(
	(set) =>
		`	"${set}": {"main": "${SET_FIELDS[set][0]}", "fields": ${names(SET_FIELDS[set])}, "text": "${SET_FIELDS[set].map((f) => `\`${f}\``).join(', ')}"},`,
).join('\n')}
}

# Without a level a rule is in force: the engine supplies one for every rule.
level(rule) := in_force if in_force := data.sluice.levels[rule]
else := "enforce"
`;

/**
 * `package sluice.main`, `package sluice.metadata` and a package for each group of rules. Packages whose path is no
 * rule's are passed over: `check` refuses them.
 */
export function generate(packages: readonly PackageInfo[]): readonly PolicyFile[] {
	const rules = new Map(
		packages.flatMap((info) => {
			const id = ruleId(info.path);
			return id === undefined ? [] : [[id, info] as const];
		}),
	);
	const { groups } = createRuleIndex(
		[...rules].map(([id, { touches }]) => ({ id, ...(touches === null ? {} : { touches }) })),
	);
	const metadata = [...rules].map(([id, info]) => `about[${JSON.stringify(id)}] := ${JSON.stringify(about(info))}\n`);
	return [
		{ path: '.sluice/main.rego', text: [TEMPLATE, namesOf(groups), NOTHING, ...misshapen(rules)].join('\n') },
		{ path: '.sluice/metadata.rego', text: ['package sluice.metadata\n', ...metadata].join('\n') },
		...groups.map((group) => ({ path: `.sluice/rules/${group.name}.rego`, text: collected(group, rules) })),
	];
}

function namesOf(groups: readonly RuleGroup[]): string {
	return `groups := ${JSON.stringify(groups.map(({ name }) => name))}\n\ngroups_id := "${groupsId(groups)}"\n`;
}

/** Makes a set even in a policy without wrong rules, and of any type to the type checker: it would refuse to compile a question whose answer it knows. */
const NOTHING = `misshapen contains none if none := data.sluice.nothing
`;

/** Rules that say that a set is none. */
function misshapen(rules: ReadonlyMap<string, PackageInfo>): readonly string[] {
	return [...rules].flatMap(([id, info]) =>
		[...setsOf(info)].flatMap(([set, found]) => {
			if (!found.some(({ kind }) => kind !== 'set')) return [];
			const rule = JSON.stringify(id);
			return `misshapen contains {"rule": ${rule}, "set": "${set}", "why": "it is not a partial set"} if {
	level(${rule}) != "off"
}
`;
		}),
	);
}

/** The package of a group: what the sets of its rules hold, each member with what is known of its rule. */
function collected(group: RuleGroup, rules: ReadonlyMap<string, PackageInfo>): string {
	const parts = group.rules.flatMap((id) => {
		const info = rules.get(id)!;
		return [...setsOf(info)].flatMap(([set, found]) =>
			found.some(({ kind }) => kind !== 'set') ? [] : collect(id, info, set),
		);
	});
	return [
		`package sluice.rules.${group.name}\n`,
		'members contains none if none := data.sluice.nothing\n',
		...parts,
	].join('\n');
}

function collect(id: string, info: PackageInfo, set: RuleSet): string {
	const rule = JSON.stringify(id);
	const path = info.path
		.slice(1)
		.map((name) => `["${name}"]`)
		.join('');
	// What a rule says comes first: most say nothing of most frames, and then that is all.
	return `members contains {"rule": ${rule}, "set": "${set}", "level": level, "about": about, "member": member} if {
	some member in data.rules${path}.${set}
	level := data.sluice.main.level(${rule})
	level != "off"
	about := data.sluice.metadata.about[${rule}]
}
`;
}

function about(info: PackageInfo): { title?: string; severity?: string } {
	const { title, custom } = info.annotations ?? {};
	const severity = custom?.['severity'];
	return {
		...(title === undefined ? {} : { title }),
		...(typeof severity === 'string' ? { severity } : {}),
	};
}
