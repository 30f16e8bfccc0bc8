import type { ReplayedSession, ReplayItem, ReplayTally } from '../../engine/tally/replay-tally.ts';
import { listed } from '../output/listed.ts';
import type { Group, Item, Report } from '../output/report.ts';

/** The report of a replay: every frame in JSON, the first ones elsewhere. */
export function replayReport(tally: ReplayTally): Report {
	const { judged, frames, changed, sessions } = tally;
	const groups = sessions.filter(({ items }) => items.length > 0).map(groupOf);
	const shown = groups.reduce((sum, { items }) => sum + items.length, 0);
	const rows = sessions.reduce((sum, session) => sum + session.frames.length / 3, 0);
	const more = rows - shown;
	return {
		command: 'replay',
		exit: changed > 0 ? 1 : 0,
		groups,
		summary:
			`${judged} of ${frames} frames judged, ${changed} changed` +
			(more > 0 ? `; ${more} not listed (--limit, --format json)` : ''),
		data: {
			sessions: listed(sessions.length, (i) => sessionEntry(sessions[i]!, tally)),
			judged,
			changed,
		},
	};
}

function groupOf({ name, server, items }: ReplayedSession): Group {
	return { title: `${name}  (${server})`, items: items.map(itemOf) };
}

function itemOf({ seq, rejudges, from, status, changed, frame, message, detail, rule }: ReplayItem): Item {
	const release = rejudges === undefined ? '' : ` (release of ${rejudges})`;
	const name = `${seq} ${from}${frame === '' ? '' : ` ${frame}`}${release}`;
	if (status === 'kept') return { name, status: 'note', message };
	if (status === 'unreached') return { name, status: 'skipped', message };
	return { name, status: changed ? 'failure' : 'ok', message, detail, ...(rule === undefined ? {} : { rule }) };
}

function sessionEntry({ id, name, frames: rows }: ReplayedSession, { shapes }: ReplayTally): object {
	const frames: object[] = [];
	for (let i = 0; i < rows.length; i += 3) {
		const { from, status, recorded, changed, ...judged } = shapes[rows[i + 2]!]!;
		const rejudges = rows[i + 1]! === 0 ? {} : { rejudges: rows[i + 1] };
		frames.push({ seq: rows[i], ...rejudges, from, status, ...judged, recorded, changed });
	}
	return { session: id, source: name, frames };
}
