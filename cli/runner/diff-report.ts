import { ENGINE } from '../../engine/diff/accountable.ts';
import type { DiffExample, DiffGroup, DiffTally } from '../../engine/diff/tally.ts';
import type { DifferenceClass } from '../../engine/diff.ts';
import type { Group, Item, Report, Table } from '../output/report.ts';
import { describeLines, spellAcceptance } from './accepted/describe-lines.ts';
import { Ruling } from './accepted/ruling.ts';
import { spellLine, type ToAccept } from './accepted/spell-line.ts';
import { Weighing } from './accepted/weigh.ts';
import type { Diffed } from './diff.ts';
import { diffData } from './diff-data.ts';

/** What makes `diff` exit 1. `unknown` fails each of them. */
export type FailOn = 'any' | 'loosened' | 'tightened';

/** What is worse comes first. */
const ORDER: readonly DifferenceClass[] = ['loosened', 'unknown', 'changed', 'tightened'];

/** What has been accepted, and where that is written. */
export interface AcceptedLines {
	readonly weighing: Weighing;
	/** Spent lines have been taken out of the file. */
	readonly pruned: boolean;
	/** Absent: there is no file. */
	readonly file: string | undefined;
}

/** The report of a diff: what was counted, in an order that depends on nothing else. */
export function diffReport(diffed: Diffed, failOn: FailOn, accepted = nothingAccepted(diffed)): Report {
	const { tally, changes } = diffed;
	const exercised = new Set(tally.exercised);
	const changed = changes.changed.map(({ rule }) => rule).filter((rule) => rule !== ENGINE);
	const unexercised = changed.filter((rule) => !exercised.has(rule));
	const ruling = new Ruling(accepted.weighing, tally, unexercised);
	const groups = [...tally.groups].sort(byOrder);
	const failing =
		tally.shapes.some((shape, i) => fails(shape, failOn) && ruling.shape(i).by.length === 0) ||
		(failOn === 'any' && unexercised.some((rule) => ruling.unexercised(rule).by.length === 0));
	const exit = failing || accepted.weighing.broken ? 1 : 0;
	const toAccept = ruling.toAccept((shape) => fails(shape, failOn), tally, failOn === 'any');
	return {
		command: 'diff',
		exit,
		headline: headline(tally, unexercised.length),
		tables: groups.length === 0 ? [] : [tableOf(groups)],
		groups: [
			...groups.map((group) => groupOf(group, tally, failOn, ruling)),
			...unexercisedGroup(unexercised, failOn, ruling),
			...describeLines(ruling, accepted.file ?? '', accepted.pruned),
			...divergedGroup(tally),
		],
		...(toAccept.length === 0 ? {} : { appendix: appendixOf(toAccept, accepted.file) }),
		summary: summary(tally, unexercised.length, ruling),
		data: diffData(diffed, groups, unexercised, failOn, ruling, toAccept),
	};
}

function nothingAccepted({ changes }: Diffed): AcceptedLines {
	return { weighing: new Weighing([], changes, 0n), pruned: false, file: undefined };
}

/** Does a difference of this kind make it exit 1? */
export function fails(difference: Pick<DiffGroup, 'class' | 'loosens' | 'tightens'>, failOn: FailOn): boolean {
	if (failOn === 'any' || difference.class === 'unknown') return true;
	// replaced approvers are `changed`, and let somebody release who could not before
	return failOn === 'loosened' ? difference.loosens : difference.tightens;
}

function byOrder(a: DiffGroup, b: DiffGroup): number {
	const classes = ORDER.indexOf(a.class) - ORDER.indexOf(b.class);
	if (classes !== 0) return classes;
	if (a.rule !== b.rule) return a.rule < b.rule ? -1 : 1;
	return a.kind < b.kind ? -1 : 1;
}

function tableOf(groups: readonly DiffGroup[]): Table {
	return {
		head: ['what', 'frames', 'sessions', 'principals', 'tools', 'rule'],
		rows: groups.map((group) => ({
			cells: [
				group.class === 'unknown' ? 'unknown' : group.kind,
				...[group.frames, group.sessions, group.principals.length, group.tools.length].map(String),
				ruleOf(group),
			],
			group: titleOf(group),
		})),
	};
}

/** What somebody who wants the differences puts into the file, and fills in. */
function appendixOf(lines: readonly ToAccept[], file = 'policy-changes.yaml'): NonNullable<Report['appendix']> {
	return {
		title: `to accept what differs, fill these in and add them to ${file}`,
		language: 'yaml',
		text: lines.map(spellLine).join(''),
	};
}

function groupOf(group: DiffGroup, tally: DiffTally, failOn: FailOn, ruling: Ruling): Group {
	const items = group.examples.map((example) => itemOf(example, group, tally, failOn, ruling));
	return { title: titleOf(group), items };
}

function titleOf(group: DiffGroup): string {
	return `${group.class}  ${ruleOf(group)}: ${group.kind}, ${countOf(group.frames, 'frame')}`;
}

function ruleOf({ rule }: DiffGroup): string {
	return rule === '' ? 'the engine itself' : rule;
}

function itemOf(example: DiffExample, group: DiffGroup, tally: DiffTally, failOn: FailOn, ruling: Ruling): Item {
	const { seq, frame, from, to, detail, shown } = example;
	const accepted = ruling.group(group);
	const words = accepted === 'all' ? '' : 'some of these are ';
	return {
		name: `${tally.named[example.session]?.name ?? ''} seq ${seq}`,
		rule: group.rule,
		status: fails(group, failOn) && accepted !== 'all' ? 'failure' : 'note',
		message: `${frame}: ${from} → ${to}`,
		detail: [
			...detail,
			...(shown === undefined ? [] : [shown]),
			...ruling.linesOf(group).map((line) => words + spellAcceptance(line)),
		],
	};
}

function unexercisedGroup(rules: readonly string[], failOn: FailOn, ruling: Ruling): Group[] {
	if (rules.length === 0) return [];
	const message = 'changed, and no frame reaches it: nobody knows what the change does';
	const items = rules.map((rule): Item => {
		const detail = ruling.unexercised(rule).by.map(spellAcceptance);
		if (detail.length > 0) return { name: rule, rule, status: 'note', message, detail };
		return { name: rule, rule, status: failOn === 'any' ? 'failure' : 'warning', message };
	});
	return [{ title: 'unexercised rules', items }];
}

/** As many as fit a screen; JSON has all of them. */
const DIVERGED = 10;

function divergedGroup({ diverged, named }: DiffTally): Group[] {
	const items: Item[] = [];
	for (let i = 0; i < diverged.length && items.length < DIVERGED; i += 2) {
		items.push({
			name: named[diverged[i]!]?.name ?? '',
			status: 'note',
			message: `from seq ${diverged[i + 1]} on what follows is hypothetical: a recorded deny is now let through`,
		});
	}
	if (items.length === 0) return [];
	return [{ title: `diverged: ${countOf(diverged.length / 2, 'session')}`, items }];
}

function headline({ differences, shapes, frames, sessions }: DiffTally, unexercised: number): string {
	const differ = differences.length / 3;
	const of = `${countOf(frames, 'frame')} in ${countOf(sessions, 'session')}`;
	const unknown = unexercised === 0 ? '' : `; ${countOf(unexercised, 'changed rule')} that no frame reaches`;
	const many = differ === 0 ? 'None' : differ.toLocaleString('en-US');
	const by = differ === 0 ? '' : `: ${classes(differences, shapes)}`;
	return `${many} of ${of} ${differ > 1 ? 'differ' : 'differs'}${by}${unknown}`;
}

function summary(tally: DiffTally, unexercised: number, ruling: Ruling): string {
	const { differences, shapes, judged, frames, unreached } = tally;
	const differ = differences.length / 3;
	const by = classes(differences, shapes);
	let accepted = 0;
	for (let i = 2; i < differences.length; i += 3) if (ruling.shape(differences[i]!).by.length > 0) accepted++;
	return (
		`${judged} of ${frames} frames judged, ${differ} ${differ === 1 ? 'differs' : 'differ'}${by === '' ? '' : ` (${by})`}` +
		(accepted > 0 ? `, ${accepted} accepted` : '') +
		(unreached.length > 0 ? `, ${unreached.length / 2} unreached` : '') +
		(unexercised > 0 ? `, ${unexercised} unexercised` : '')
	);
}

/** `8 loosened, 4 tightened` */
function classes(differences: DiffTally['differences'], shapes: DiffTally['shapes']): string {
	const counts = new Map<DifferenceClass, number>();
	for (let i = 2; i < differences.length; i += 3) {
		const name = shapes[differences[i]!]!.class;
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	return ORDER.flatMap((name) =>
		counts.has(name) ? [`${counts.get(name)!.toLocaleString('en-US')} ${name}`] : [],
	).join(', ');
}

function countOf(number: number, what: string): string {
	return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}
