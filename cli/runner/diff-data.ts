import type { DiffGroup, DiffTally } from '../../engine/diff/tally.ts';
import { type Listed, listed } from '../output/listed.ts';
import type { AcceptedChange } from './accepted/changes-file.ts';
import { lineEntries } from './accepted/describe-lines.ts';
import type { Ruling } from './accepted/ruling.ts';
import type { ToAccept } from './accepted/spell-line.ts';
import type { Diffed } from './diff.ts';
import type { FailOn } from './diff-report.ts';

/** The members of the JSON form of a diff (`cli/output/schemas/diff.schema.json`). */
export function diffData(
	{ from, to, changes, tally }: Diffed,
	groups: readonly DiffGroup[],
	unexercised: readonly string[],
	failOn: FailOn,
	ruling: Ruling,
	toAccept: readonly ToAccept[],
): Readonly<Record<string, unknown>> {
	const { sessions, frames, judged, unreached, diverged } = tally;
	return {
		...{ from, to, failOn, sessions, frames, judged },
		groups: groups.map((group) => groupEntry(group, tally)),
		changed: changes.changed,
		differences: differenceEntries(tally, ruling),
		unreached: placeEntries(unreached, tally),
		diverged: placeEntries(diverged, tally),
		unexercised,
		lines: lineEntries(ruling.lines),
		toAccept: toAccept.map(({ rule, class: ofChange, from: before, to: after }) => ({
			...{ rule, class: ofChange, from: before, to: after },
		})),
	};
}

function groupEntry(group: DiffGroup, tally: DiffTally): object {
	const { rule, class: name, kind, frames, sessions, principals, tools, examples } = group;
	return {
		...{ rule, class: name, kind, frames, sessions, principals: principals.length, tools: tools.length },
		examples: examples.map(({ session, ...example }) => ({ ...placeOf(tally, session), ...example })),
	};
}

/** One entry a frame, made when it is written: there may be a hundred thousand. */
function differenceEntries(tally: DiffTally, ruling: Ruling): Listed<object> {
	const { differences, shapes } = tally;
	const accepted = shapes.map((_, i) => acceptanceEntry(ruling.shape(i).by));
	return listed(differences.length / 3, (i) => {
		const shape = differences[3 * i + 2]!;
		const { rule, rules, class: name, kind, from, to, what } = shapes[shape]!;
		const { session, source } = placeOf(tally, differences[3 * i]!);
		return {
			session,
			seq: differences[3 * i + 1],
			rule,
			rules,
			class: name,
			from,
			to,
			what,
			kind,
			source,
			...accepted[shape],
		};
	});
}

/** One line says it all, or several each their part. */
function acceptanceEntry(by: readonly AcceptedChange[]): object {
	if (by.length === 0) return {};
	const each = (name: 'reason' | 'by') => [...new Set(by.map((line) => line[name].trim()))].join('; ');
	return { accepted: true, reason: each('reason'), by: each('by') };
}

function placeEntries(pairs: readonly number[], { named }: DiffTally): Listed<object> {
	return listed(pairs.length / 2, (i) => ({ session: named[pairs[2 * i]!]?.id ?? '', seq: pairs[2 * i + 1] }));
}

function placeOf({ named }: DiffTally, index: number): { readonly session: string; readonly source: string } {
	const session = named[index];
	return { session: session?.id ?? '', source: session?.name ?? '' };
}
