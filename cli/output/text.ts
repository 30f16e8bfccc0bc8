import { type Ink, paint } from './paint.ts';
import { type Group, type Item, type Look, type Reporter, type Status, spellPlace } from './report.ts';
import { table } from './table.ts';
import { visible, wrap } from './wrap.ts';

const MARK: Readonly<Record<Status, readonly [string, Ink]>> = {
	ok: ['✓', 'green'],
	note: ['·', 'cyan'],
	warning: ['!', 'yellow'],
	failure: ['✗', 'red'],
	skipped: ['-', 'dim'],
};

/** For people, readable at 80 columns. */
export const text: Reporter = (report, look) => {
	const parts = report.groups.map((group) => spellGroup(group, look)).filter((part) => part !== '');
	const ink = report.exit === 0 ? 'green' : 'red';
	const head =
		report.headline === undefined ? [] : [`${paint('bold', wrap(report.headline, look.width), look.color)}\n`];
	const figures = (report.tables ?? []).map(({ head: top, rows }) =>
		table([top, ...rows.map(({ cells }) => cells)], look.width),
	);
	const { appendix } = report;
	const copy = appendix === undefined ? [] : [`${wrap(`${appendix.title}:`, look.width)}\n\n${appendix.text}`];
	return [...head, ...figures, ...parts, ...copy, `${paint(ink, wrap(report.summary, look.width), look.color)}\n`].join(
		'\n',
	);
};

function spellGroup(group: Group, look: Look): string {
	const shown = group.brief === true ? group.items.filter((item) => item.status !== 'ok') : group.items;
	const quiet = group.items.length - shown.length;
	if (group.items.length === 0) return '';
	const title = paint('bold', visible(group.title), look.color) + (quiet > 0 ? `  ${quiet} ok` : '');
	return `${[title, ...shown.map((item) => spellItem(item, look))].join('\n')}\n`;
}

/** One item, its lines without the last line feed. */
export function spellItem(item: Item, look: Look): string {
	const [mark, ink] = MARK[item.status];
	const place = item.place === undefined ? '' : `${spellPlace(item.place)}: `;
	const first = `${place}${item.name}${item.message === undefined ? '' : `  ${item.message}`}`;
	const lines = [`  ${paint(ink, mark, look.color)} ${wrap(first, look.width - 4, '    ')}`];
	for (const line of item.detail ?? []) lines.push(`    ${wrap(line, look.width - 4, '    ')}`);
	if (item.help !== undefined) lines.push(`    ${wrap(`help: ${item.help}`, look.width - 4, '    ')}`);
	return lines.join('\n');
}
