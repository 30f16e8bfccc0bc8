import type { Group, Item } from '../../output/report.ts';
import type { AcceptedChange } from './changes-file.ts';
import type { Ruling } from './ruling.ts';
import type { WeighedLine } from './weigh.ts';

/**
 * Says of each line how it stands to the two policies, where there is something to say. `pruned`: spent lines are gone.
 * `judged`: so it is known which lines are needed.
 */
export function describeLines(ruling: Ruling, file: string, pruned: boolean, judged = true): Group[] {
	const items = ruling.lines.flatMap((weighed) =>
		weighed.state === 'holds' && !judged ? [] : (itemOf(weighed, ruling, pruned) ?? []),
	);
	return items.length === 0 ? [] : [{ title: `lines of ${file}`, items }];
}

/** `accepted by kim until 2027-01-31: the team asked for it` */
export function spellAcceptance({ by, until, reason }: AcceptedChange): string {
	return `accepted by ${by} until ${until}: ${reason.trim()}`;
}

/** The members of JSON `lines`. */
export function lineEntries(lines: readonly WeighedLine[]): readonly object[] {
	return lines.map(({ line: { rule, class: ofChange, from, to, reason, by, until }, state }) => ({
		...{ rule, class: ofChange, from, to, reason, by, until, state },
	}));
}

function itemOf({ line, state }: WeighedLine, ruling: Ruling, pruned: boolean): Item | undefined {
	const { rule, place } = line;
	const about = { name: `${line.class} ${rule}`, rule, place };
	switch (state) {
		case 'holds':
			return ruling.idle.has(line)
				? { ...about, status: 'note', message: 'nothing here needs it: these sessions have no such difference' }
				: undefined;
		case 'spent':
			return pruned
				? { ...about, status: 'note', message: 'spent and removed: `--from` has this change already' }
				: {
						...about,
						status: 'note',
						message: 'spent: `--from` has this change already',
						help: '`sluice diff --prune` removes it',
					};
		case 'waits':
			return {
				...about,
				status: 'note',
				message: 'accepts nothing: it is about this rule between two other states',
				help: 'paste the line that is printed below, if there is one, in its place',
			};
		case 'stale':
			return {
				...about,
				status: 'failure',
				message: 'stale: neither policy has this rule as the line knows it',
				help: 'remove it; spent lines become stale with the next change, so prune them first',
			};
		case 'void':
			return {
				...about,
				status: 'failure',
				message: `void: it held until ${line.until}`,
				help: 'look at the difference again, and give the line another `until` or take the change back',
			};
	}
}
