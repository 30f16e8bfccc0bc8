import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { type Item, type Reporter, spellPlace } from './report.ts';
import { visible } from './wrap.ts';

const SEVERITY = { failure: 'major', warning: 'minor', note: 'info' } as const;

/**
 * A Code Quality report as GitLab reads it (https://docs.gitlab.com/ci/testing/code_quality/): an array with an entry for
 * each item that is not fine. An entry needs a file of the repository; what has none stands at line 1 of `.`.
 */
export const gitlab: Reporter = (report) => {
	const seen = new Map<string, number>();
	const entries = report.groups.flatMap((group) =>
		group.items.flatMap((item) => {
			if (item.status === 'ok' || item.status === 'skipped') return [];
			const description = visible([`${group.title}: ${item.name}`, item.message].filter(Boolean).join(': '));
			const inside = item.place === undefined || isAbsolute(item.place.file) ? undefined : item.place;
			const path = inside?.file ?? '.';
			const check = item.rule === undefined || item.rule === '' ? `sluice/${report.command}` : item.rule;
			return [
				{
					description,
					check_name: check,
					fingerprint: fingerprint([report.command, check, path, group.title, item.name, item.message], seen),
					severity: SEVERITY[item.status],
					location: { path, lines: { begin: inside?.row ?? 1 } },
					...content(item),
				},
			];
		}),
	);
	return `${JSON.stringify(entries, null, 2)}\n`;
};

function content({ place, detail = [], help }: Item): { content?: { body: string } } {
	const at = place !== undefined && isAbsolute(place.file) ? [spellPlace(place)] : [];
	const body = visible([...at, ...detail, ...(help === undefined ? [] : [`help: ${help}`])].join(' · '));
	return body === '' ? {} : { content: { body } };
}

/** Two reports compare entries by it, so the row is no part; it must be unique within one. */
function fingerprint(parts: readonly unknown[], seen: Map<string, number>): string {
	const text = JSON.stringify(parts);
	const times = (seen.get(text) ?? 0) + 1;
	seen.set(text, times);
	return createHash('sha256').update(`${text}${times}`).digest('hex');
}
