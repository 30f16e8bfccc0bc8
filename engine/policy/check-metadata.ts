import { nearest } from '../schema/nearest.ts';
import type { PackageInfo } from './compiler-protocol.ts';
import { ruleId } from './rule-shape.ts';
import type { Diagnostic } from './types.ts';

/** How bad it is when a rule fires, the least first. */
export const SEVERITIES: readonly string[] = ['low', 'medium', 'high', 'critical'];

/** What people would miss: METADATA is the only home of a rule's title, description and severity. */
export function checkMetadata(info: PackageInfo, rule: string): Diagnostic[] {
	const { annotations } = info;
	const notes: Diagnostic[] = [];
	const say = (code: string, message: string, help: string) =>
		notes.push({ code, level: 'note', rule, message, help, place: placeOf(info) });
	if (!annotations?.title) {
		const help = 'write `# METADATA` and `# title: …` above `package`';
		say('LINT_RULE_UNTITLED', `the rule \`${rule}\` has no title to show to people`, help);
	}
	if (!annotations?.description) {
		const help = 'write `# description: …` in the METADATA above `package`';
		say('LINT_RULE_UNDESCRIBED', `the rule \`${rule}\` does not say what it is for`, help);
	}
	const severity = annotations?.custom?.['severity'];
	if (typeof severity !== 'string' || !SEVERITIES.includes(severity)) {
		const meant = typeof severity === 'string' ? nearest(severity, SEVERITIES) : undefined;
		const message =
			severity === undefined
				? `the rule \`${rule}\` has no severity`
				: `\`${shown(severity)}\` is no severity of a rule: one is ${SEVERITIES.join(', ')}`;
		const help = 'write `# custom:` and below it `#   severity: high` in the METADATA above `package`';
		say('LINT_RULE_SEVERITY', message, meant === undefined ? help : `did you mean \`${meant}\`?`);
	}
	return notes;
}

/** Two rules that nobody could tell apart in a list. */
export function sameTitles(packages: readonly PackageInfo[]): Diagnostic[] {
	const first = new Map<string, string>();
	return packages.flatMap((info): Diagnostic[] => {
		const rule = ruleId(info.path);
		const title = info.annotations?.title;
		if (rule === undefined || !title) return [];
		const other = first.get(title.toLowerCase());
		if (other === undefined) {
			first.set(title.toLowerCase(), rule);
			return [];
		}
		const message = `the rule \`${rule}\` has the title of \`${other}\`: \`${title}\``;
		const help = 'give it a title of its own, so that reports tell them apart';
		return [{ code: 'LINT_RULE_TITLE_TWICE', level: 'note', rule, message, help, place: placeOf(info) }];
	});
}

function placeOf({ file, row, col }: PackageInfo) {
	return { file, row, col };
}

function shown(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}
