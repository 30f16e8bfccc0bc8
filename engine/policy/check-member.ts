import { typeMatches } from '../detect/type-glob.ts';
import { nearest } from '../schema/nearest.ts';
import type { PolicyKnowledge } from './check-packages.ts';
import type { RegoRule, Shape } from './compiler-protocol.ts';
import type { RuleSet } from './judgement.ts';
import { LABEL_SCOPES, MASK_OPS, SET_FIELDS } from './rule-shape.ts';
import type { Diagnostic } from './types.ts';

type Say = (shape: Shape, message: string, help?: string, code?: string) => void;

/** What a member of each set looks like. */
const EXAMPLES: Readonly<Record<RuleSet, string>> = {
	deny: 'deny contains "why" if { … }',
	hold: 'hold contains {"message": "why", "approvers": ["group:oncall"], "quorum": 2, "timeout": "10m"} if { … }',
	mask: 'mask contains {"message": "why", "finding": "secret/*"} if { … }',
	warn: 'warn contains "why" if { … }',
	label: 'label contains {"label": "seen", "scope": "session", "for": "1h"} if { … }',
};

/**
 * What the text of a rule's member already tells to be wrong: the same demands as those of the generated
 * `sluice.main`, which denies at run time what cannot be seen here.
 */
export function checkMember(set: RuleSet, rule: RegoRule, knowledge: PolicyKnowledge): Diagnostic[] {
	const found: Diagnostic[] = [];
	const say: Say = ({ row, col }, message, help = `write it as in \`${EXAMPLES[set]}\``, code = 'ERR_RULE_MEMBER') =>
		found.push({ code, level: 'error', message, help, place: { file: rule.file, row, col } });
	const { member } = rule;
	if (member === undefined || member.kind === 'unknown') return found;
	if (member.kind === 'string') {
		if (set === 'mask') {
			say(member, 'a mask must say what it covers', 'give an object with `message` and `path` or `finding`');
		}
		if (set === 'label') checkField('label', member, say, knowledge);
	} else if (member.kind !== 'object') {
		say(member, `a member of \`${set}\` is a string or an object, not ${article(member)}`);
	} else if (member.members) {
		checkObject(set, member, say, knowledge);
	}
	return found;
}

function checkObject(set: RuleSet, member: Shape, say: Say, knowledge: PolicyKnowledge): void {
	const known = SET_FIELDS[set];
	const fields = new Map<string, Shape>();
	let complete = true; // every key is there literally
	for (const { key, value } of member.members ?? []) {
		if (key.kind === 'string' && typeof key.value === 'string') {
			fields.set(key.value, value);
			if (known.includes(key.value)) {
				checkField(key.value, value, say, knowledge);
			} else {
				const meant = nearest(key.value, known);
				const help =
					meant === undefined
						? `it may have ${known.map((name) => `\`${name}\``).join(', ')}`
						: `did you mean \`${meant}\`?`;
				say(key, `a member of \`${set}\` has no field \`${key.value}\``, help);
			}
		} else if (key.kind === 'unknown' || key.kind === 'string') {
			complete = false;
		} else {
			say(key, `a field of a member of \`${set}\` is named by a string, not by ${article(key)}`);
		}
	}
	if (complete && !fields.has(known[0])) say(member, `a member of \`${set}\` needs \`${known[0]}\``);
	if (set === 'mask') checkMask(member, fields, complete, say);
}

function checkMask(member: Shape, fields: ReadonlyMap<string, Shape>, complete: boolean, say: Say): void {
	const both = fields.has('path') && fields.has('finding');
	if (both || (complete && !fields.has('path') && !fields.has('finding'))) {
		say(
			member,
			'a mask covers either a `path` or a `finding`',
			'give exactly one of the two; two masks may cover both',
		);
	}
	const op = fields.get('op');
	const replaces = op === undefined ? (complete ? false : undefined) : literal(op) && op.value === 'replace';
	if (replaces === false && op?.kind !== 'unknown' && (op === undefined || literal(op)) && fields.has('with')) {
		say(fields.get('with')!, '`with` belongs to `op: "replace"`', 'add `"op": "replace"`, or leave `with` out');
	}
	if (replaces === true && complete && !fields.has('with')) {
		say(op!, '`op: "replace"` needs `with`', 'say what stands there instead, as in `"with": "…"`');
	}
}

type Check = (value: Shape, say: Say, knowledge: PolicyKnowledge) => void;

/** What each field must be; `with` may be anything. */
const CHECKS: Readonly<Record<string, Check>> = {
	message: (value, say) => checkText('message', value, say),
	approvers: checkApprovers,
	quorum: checkQuorum,
	timeout: (value, say) => checkDuration('timeout', value, say),
	grant: (value, say) => checkDuration('grant', value, say),
	for: (value, say) => checkDuration('for', value, say),
	op: (value, say) => checkWord('op', MASK_OPS, value, say),
	scope: (value, say) => checkWord('scope', LABEL_SCOPES, value, say),
	label: (value, say) => {
		if (checkText('label', value, say) === '') say(value, '`label` must be a string that is not empty');
	},
	path: checkPath,
	finding: checkFinding,
};

function checkField(field: string, value: Shape, say: Say, knowledge: PolicyKnowledge): void {
	if (value.kind !== 'unknown') CHECKS[field]?.(value, say, knowledge);
}

/** The text of a literal string; undefined when it is not literal, or no string, which is said. */
function checkText(field: string, value: Shape, say: Say): string | undefined {
	if (value.kind !== 'string') say(value, `\`${field}\` must be a string`);
	return typeof value.value === 'string' ? value.value : undefined;
}

function checkApprovers(value: Shape, say: Say): void {
	if (value.kind !== 'array') {
		say(value, '`approvers` must be a list', 'write it as in `["group:oncall", "user:…"]`');
	} else if (value.items?.length === 0) {
		say(value, '`approvers` must be a list with at least one entry', 'leave it out to let any approver decide');
	}
	for (const item of value.kind === 'array' ? (value.items ?? []) : []) {
		const fits = item.kind === 'string' && (!literal(item) || /^(group|user):./.test(String(item.value)));
		if (item.kind !== 'unknown' && !fits) say(item, 'an approver is a string that begins with `group:` or `user:`');
	}
}

function checkQuorum(value: Shape, say: Say): void {
	if (value.kind !== 'number') say(value, '`quorum` must be a number');
	else if (literal(value) && !(Number.isInteger(value.value) && Number(value.value) >= 1)) {
		say(value, '`quorum` must be a whole number of at least 1');
	}
}

function checkDuration(field: string, value: Shape, say: Say): void {
	const text = checkText(field, value, say);
	if (text === undefined || (/^(\d+(ms|s|m|h|d))+$/.test(text) && /[1-9]/.test(text) && text.length <= 32)) return;
	say(value, `\`${field}\` must be a duration`, 'write it as in "45s", "10m" or "1h"');
}

function checkWord(field: string, known: readonly string[], value: Shape, say: Say): void {
	const text = checkText(field, value, say);
	if (text === undefined || known.includes(text)) return;
	const meant = nearest(text, known);
	say(
		value,
		`\`${field}\` must be one of ${known.join(', ')}`,
		meant === undefined ? undefined : `did you mean \`${meant}\`?`,
	);
}

function checkPath(value: Shape, say: Say, { maskPath }: PolicyKnowledge): void {
	const path = checkText('path', value, say);
	if (path === undefined) return;
	try {
		maskPath?.(path);
	} catch (error) {
		const { message, help } = error as Error & { help?: string };
		say(value, message, help, 'ERR_RULE_MASK_PATH');
	}
}

function checkFinding(value: Shape, say: Say, { findingTypes }: PolicyKnowledge): void {
	const pattern = checkText('finding', value, say);
	if (pattern === undefined || findingTypes === undefined) return;
	const types = [...findingTypes];
	if (types.some((type) => typeMatches(pattern, type))) return;
	const meant = nearest(pattern, types);
	const help =
		meant === undefined ? `detectors report ${types.map((t) => `\`${t}\``).join(', ')}` : `did you mean \`${meant}\`?`;
	say(value, `no detector reports \`${pattern}\``, help, 'ERR_RULE_FINDING');
}

function literal(shape: Shape): boolean {
	return shape.value !== undefined;
}

function article({ kind }: Shape): string {
	return kind === 'null' ? 'null' : `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
