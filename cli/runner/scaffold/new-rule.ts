import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { SluiceError } from '../../../engine/error.ts';
import type { RuleSet } from '../../../engine/policy/judgement.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';
import type { Shell } from '../../shell.ts';
import { policyArgument, shown } from '../policy-argument.ts';
import { withLevel } from './rule-level.ts';
import { type RuleName, ruleName, titleOf } from './rule-name.ts';
import { type Draft, fromTemplate, refuseExisting, writeDrafts } from './template.ts';

export interface NewRuleRequest {
	/** `<category>/<name>` */
	readonly id: string;
	/** The policy's folder, or a `sluice.yaml` that names it; default as for `check`. */
	readonly policy?: string;
	readonly set: RuleSet;
}

/**
 * Writes a rule with tests, a page and a suite of a bad and a good session, and its level into the policy's data: all of it
 * passes `check` and `test` as it is. Gives the paths.
 * @throws SluiceError `ERR_RULE_NAME`, `ERR_WOULD_OVERWRITE`, `ERR_POLICY_MISSING`
 */
export async function newRule(request: NewRuleRequest, shell: Shell): Promise<string[]> {
	const rule = ruleName(request.id);
	const folder = await policyFolder(request.policy, shell);
	refuseExisting(join(folder, 'rules', rule.category, rule.name), shell);
	const drafts = [
		...(await ruleDrafts(rule, request.set, folder)),
		...(await suiteDrafts(rule, request.set, folder, shell)),
	];
	const data = await dataDraft(rule, folder);
	const written = await writeDrafts(drafts, shell);
	await writeFile(data.path, data.text);
	return [...written, shown(data.path, shell)];
}

async function policyFolder(policy: string | undefined, shell: Shell): Promise<string> {
	const argument = await policyArgument(policy, shell, { unsigned: true });
	if (argument.kind === 'bundle') {
		throw new SluiceError('ERR_POLICY_MISSING', `\`${argument.name}\` is a bundle: rules are written in a folder`, {
			help: 'name the policy folder with --policy',
		});
	}
	// a folder without a rule is no policy yet: whoever stands in the wrong place should hear of it
	await readPolicySource(argument.folder, argument.dataFiles);
	return argument.folder;
}

/** The rule's own folder. */
export async function ruleDrafts(rule: RuleName, set: RuleSet, policy: string): Promise<Draft[]> {
	const folder = join(policy, 'rules', rule.category, rule.name);
	const words = wordsOf(rule);
	return [
		{ path: join(folder, `${rule.name}.rego`), text: await fromTemplate(`rule/${set}.rego`, words) },
		{ path: join(folder, `${rule.name}_test.rego`), text: await fromTemplate(`rule/${set}_test.rego`, words) },
		{ path: join(folder, 'README.md'), text: await fromTemplate('rule/README.md', words) },
	];
}

/** The suite beside the policy. */
export async function suiteDrafts(rule: RuleName, set: RuleSet, policy: string, shell: Shell): Promise<Draft[]> {
	const folder = join(dirname(policy), 'policy-test-fixtures', `${rule.category}-${rule.name}`.replaceAll('_', '-'));
	const words = {
		...wordsOf(rule),
		policy: relative(folder, policy).split(sep).join('/'),
		suite: shown(folder, shell).split(sep).join('/'),
		expect: EXPECT[set].replaceAll('{{id}}', rule.id),
		good: set === 'deny' ? `\n    expect:\n${NOT_LISTED.replace('{{id}}', rule.id)}` : '',
	};
	return [
		{ path: join(folder, 'suite.yaml'), text: await fromTemplate('rule/suite.yaml', words) },
		{ path: join(folder, 'bad.session.jsonl'), text: await fromTemplate('rule/bad.session.jsonl', words) },
		{ path: join(folder, 'good.session.jsonl'), text: await fromTemplate('rule/good.session.jsonl', words) },
	];
}

/** A tool that nobody may call is taken out of lists (contract §6). */
const NOT_LISTED =
	'      # whatever its arguments are, the tool is denied: so it is not listed either\n' +
	'      - { at: 5, verdict: mask, rule: {{id}}, masked: ["/result/tools/0"] }';

const EXPECT: Readonly<Record<RuleSet, string>> = {
	deny: `    expect:\n${NOT_LISTED}\n      - { at: 6, verdict: deny, rule: {{id}} }`,
	hold: '    expect:\n      - { at: 6, verdict: hold, rule: {{id}} }',
	mask: '    expect:\n      - { at: 7, verdict: mask, rule: {{id}}, masked: ["/result/structuredContent/example"] }',
	warn: '    # a warning changes no verdict: the tests beside the rule say that it is given',
	label: '    # a label changes no verdict: the tests beside the rule say that it is given',
};

function wordsOf({ id, category, name }: RuleName): Record<string, string> {
	// a name of its own, so that two new rules do not stop each other's examples, and of no word that a rule looks for
	const tool = `example_tool_${createHash('sha256').update(id).digest('hex').slice(0, 4)}`;
	return { id, category, name, tool, title: titleOf(name), label: name.replaceAll('_', '-') };
}

/** The policy's data with the rule's level in it. */
async function dataDraft({ id }: RuleName, policy: string): Promise<Draft> {
	const found = ['data.yaml', 'data.yml', 'data.json']
		.map((name) => join(policy, name))
		.find((path) => existsSync(path));
	if (found === undefined) return { path: join(policy, 'data.yaml'), text: withLevel('', id) };
	const text = await readFile(found, 'utf8');
	if (!found.endsWith('.json')) return { path: found, text: withLevel(text, id) };
	const data = JSON.parse(text) as { config?: { rules?: Record<string, unknown> } };
	const rules = { ...data.config?.rules, [id]: { level: 'enforce' } };
	const indent = /^[ \t]+/m.exec(text)?.[0] ?? '  ';
	return { path: found, text: `${JSON.stringify({ ...data, config: { ...data.config, rules } }, null, indent)}\n` };
}
