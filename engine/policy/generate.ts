import type { PackageInfo } from './compiler.ts';
import type { RuleSet } from './judgement.ts';
import { LABEL_SCOPES, MASK_OPS, RULE_SETS, ruleId, SET_FIELDS, setsOf } from './rule-shape.ts';
import type { PolicyFile } from './types.ts';

/** The one entry point of every policy module. */
export const ENTRYPOINT = 'sluice/main/decision';

const names = (list: readonly string[]) => `{${list.map((name) => JSON.stringify(name)).join(', ')}}`;

/**
 * What every policy gets: `sluice/main/decision` from the members that the generated rules below it collect.
 *
 * It is total. Whatever a rule's set holds, `decision` is defined: a member is either a reason, a label, or
 * named in `malformed`, which denies. Functions that describe a shape are asked with `not`, so a type nobody
 * thought of is malformed, not silent. A `why` never repeats a value: it may be one that policy masks.
 */
export const TEMPLATE = `package sluice.main

decision := {"reasons": reasons, "labels": labels, "malformed": malformed}

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
 * `package sluice.main` and `package sluice.metadata` for the rule packages of a policy. Packages whose path is no
 * rule's are passed over: `check` refuses them.
 */
export function generate(packages: readonly PackageInfo[]): readonly PolicyFile[] {
	const rules = packages.flatMap((info) => {
		const id = ruleId(info.path);
		return id === undefined ? [] : [{ id, info }];
	});
	const main = rules.flatMap(({ id, info }) => [...setsOf(info)].map(([set, found]) => collect(id, info, set, found)));
	const metadata = rules.map(({ id, info }) => `about[${JSON.stringify(id)}] := ${JSON.stringify(about(info))}\n`);
	return [
		{ path: '.sluice/main.rego', text: [TEMPLATE, NOTHING, ...main].join('\n') },
		{ path: '.sluice/metadata.rego', text: ['package sluice.metadata\n', ...metadata].join('\n') },
	];
}

/**
 * Makes `members` and `misshapen` sets even in a policy that fills neither, and of any type to the type checker:
 * it would refuse to compile questions whose answer it knows.
 */
const NOTHING = `members contains none if none := data.sluice.nothing

misshapen contains none if none := data.sluice.nothing
`;

/** The rule that collects one set of one package, or says that it is no set. */
function collect(id: string, info: PackageInfo, set: RuleSet, rules: readonly { kind: string }[]): string {
	const rule = JSON.stringify(id);
	if (rules.some(({ kind }) => kind !== 'set')) {
		return `misshapen contains {"rule": ${rule}, "set": "${set}", "why": "it is not a partial set"} if {
	level(${rule}) != "off"
}
`;
	}
	return `members contains {"rule": ${rule}, "set": "${set}", "level": in_force, "about": data.sluice.metadata.about[${rule}], "member": member} if {
	in_force := level(${rule})
	in_force != "off"
	some member in data.rules${info.path
		.slice(1)
		.map((name) => `["${name}"]`)
		.join('')}.${set}
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
