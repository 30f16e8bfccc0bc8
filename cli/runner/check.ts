import { isAbsolute, join } from 'node:path';
import { createDetector } from '../../engine/detect/detector.ts';
import { readBundle } from '../../engine/policy/bundle.ts';
import { checkPolicy } from '../../engine/policy/check.ts';
import { knowledgeOf } from '../../engine/policy/knowledge.ts';
import { loadPolicy } from '../../engine/policy/load.ts';
import { PolicyError } from '../../engine/policy/policy-error.ts';
import { ANY_FRAME } from '../../engine/policy/rule-index.ts';
import type { Diagnostic, RuleInfo, Slot } from '../../engine/policy/types.ts';
import type { Group, Item, Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { unscrubbedSessions } from './fixture/unscrubbed.ts';
import { type PolicyArgument, policyArgument, shown, sourceOf, withCompiler } from './policy-argument.ts';
import { slotGroup } from './slots.ts';

/**
 * All that `check` has to say of a policy; what does not compile is in the report, not thrown. `verbose`: also which
 * frames each rule looks at.
 */
export async function runCheck(policy: string | undefined, verbose: boolean, shell: Shell): Promise<Report> {
	const argument = await policyArgument(policy, shell);
	const { diagnostics: found, rules } = await findings(argument, shell);
	const diagnostics = [...found, ...(await unscrubbedSessions(argument))];
	const counts = { error: 0, warning: 0, note: 0 };
	for (const { level } of diagnostics) counts[level]++;
	const placed = diagnostics.map((diagnostic) => withPath(diagnostic, argument, shell));
	return {
		command: 'check',
		exit: counts.error > 0 ? 2 : counts.warning > 0 ? 1 : 0,
		groups: [...groupsOf(placed, argument.name), ...(verbose ? [slotGroup(rules, shell.width)] : [])],
		summary: [
			`${argument.name}: ${plural(rules.length, 'rule')}`,
			plural(counts.error, 'error'),
			plural(counts.warning, 'warning'),
			...(counts.note > 0 ? [plural(counts.note, 'note')] : []),
		].join(', '),
		data: {
			policy: argument.name,
			rules: rules.map(({ id }) => id),
			touches: touchesOf(rules),
			counts,
			diagnostics: placed.map(inOrder),
		},
	};
}

/** By rule; `[{}]` is any frame. */
function touchesOf(rules: readonly RuleInfo[]): Readonly<Record<string, readonly Slot[]>> {
	return Object.fromEntries(rules.map(({ id, touches = ANY_FRAME }) => [id, touches]));
}

async function findings(
	argument: PolicyArgument,
	shell: Shell,
): Promise<{ diagnostics: readonly Diagnostic[]; rules: readonly RuleInfo[] }> {
	try {
		if (argument.kind === 'bundle') {
			return { diagnostics: [], rules: loadPolicy(await readBundle(argument.file, argument.key)).rules };
		}
		const source = await sourceOf(argument);
		const knowledge = { ...knowledgeOf(createDetector(argument.masking)), nowNs: shell.clock.now() };
		return await withCompiler(shell, (compiler) => checkPolicy(source, compiler, knowledge));
	} catch (error) {
		if (error instanceof PolicyError) return { diagnostics: error.diagnostics, rules: [] };
		throw error;
	}
}

/** Files of a policy are named from its folder; whoever runs the command stands somewhere else. */
function withPath(diagnostic: Diagnostic, argument: PolicyArgument, shell: Shell): Diagnostic {
	const { place } = diagnostic;
	if (place === undefined || argument.kind === 'bundle') return diagnostic;
	const path = isAbsolute(place.file) ? place.file : join(argument.folder, place.file);
	return { ...diagnostic, place: { ...place, file: shown(path, shell) } };
}

/** Its members in one order, whoever made it. */
function inOrder({ code, level, message, help, rule, place, opa }: Diagnostic): Diagnostic {
	return {
		code,
		level,
		message,
		...(help === undefined ? {} : { help }),
		...(rule === undefined ? {} : { rule }),
		...(place === undefined ? {} : { place }),
		...(opa === undefined ? {} : { opa }),
	};
}

function groupsOf(diagnostics: readonly Diagnostic[], name: string): Group[] {
	const groups = new Map<string, Item[]>();
	for (const { code, level, message, help, place } of diagnostics) {
		const item: Item = {
			name: code,
			status: level === 'error' ? 'failure' : level,
			rule: code,
			message,
			...(help === undefined ? {} : { help }),
			...(place === undefined ? {} : { place }),
		};
		const title = place?.file ?? name;
		groups.set(title, [...(groups.get(title) ?? []), item]);
	}
	return [...groups].map(([title, items]) => ({ title, items }));
}

/** `1 rule`, `2 rules` */
export function plural(count: number, word: string): string {
	return `${count} ${word}${count === 1 ? '' : 's'}`;
}
