import { Anchors } from './anchor.ts';
import { heading, plain } from './markdown-text.ts';
import { type Group, type Item, type Report, type Reporter, spellPlace, type Table } from './report.ts';

const MARK = { ok: '✅', note: 'ℹ️', warning: '⚠️', failure: '❌', skipped: '➖' } as const;

/** A job summary of GitHub is refused as a whole above 1 MiB; some is left for what else the step writes. */
const BYTES = 900 * 1024;

/** Rows of figures; whoever changes more at once does not read them one by one. */
const ROWS = 500;

/**
 * For a pull request comment or a job summary: the verdict first, then the figures with links to what stands below, then
 * one table a group, folded where the figures say what is in it. Never above `BYTES`; what is left out is said.
 */
export const markdown: Reporter = (report) => {
	const title = `sluice ${report.command}`;
	const groups = report.groups.filter((group) => shownOf(group).length > 0);
	const linked = new Set((report.tables ?? []).flatMap(({ rows }) => rows.map(({ group }) => group)));
	const { pages, complete } = within(BYTES, groups, linked);
	const anchors = anchorsOf(title, groups.slice(0, pages.length));
	const parts = [`## ${title}`, ...verdict(report)];
	for (const table of report.tables ?? []) parts.push(...figures(table, anchors));
	parts.push(...pages);
	if (!complete)
		parts.push('⚠️ Cut here: all of it would be too large for a job summary. `--format json` has the rest.');
	return `${parts.join('\n\n')}\n`;
};

function verdict({ exit, headline, summary }: Report): string[] {
	const passes = exit === 0 ? '✅ **Passes**' : '❌ **Does not pass**';
	if (headline === undefined) return [`${passes}: ${plain(summary)}`];
	return [`${passes}: ${plain(headline)}`, plain(summary)];
}

function shownOf({ brief, items }: Group): readonly Item[] {
	return brief === true ? items.filter((item) => item.status !== 'ok') : items;
}

/** The groups, as many as there is room for; the last may lack rows. */
function within(room: number, groups: readonly Group[], linked: ReadonlySet<string | undefined>) {
	const pages: string[] = [];
	let left = room;
	for (const group of groups) {
		const items = shownOf(group);
		const rows: string[] = [];
		left -= 200 + 4 * group.title.length;
		for (const item of items) {
			const row = rowOf(item);
			left -= Buffer.byteLength(row) + 1;
			if (left < 0) break;
			rows.push(row);
		}
		if (rows.length === 0) break;
		pages.push(pageOf(group, rows, linked.has(group.title)));
		if (rows.length < items.length) return { pages, complete: false };
	}
	return { pages, complete: pages.length === groups.length };
}

function rowOf({ name, status, message, detail = [], help, place }: Item): string {
	const said = [message, ...detail, help].filter((text) => text !== undefined).map(plain);
	const what = place === undefined ? plain(name) : `${plain(name)}<br>${plain(spellPlace(place))}`;
	return `| ${MARK[status]} | ${what} | ${said.join('<br>')} |`;
}

function pageOf({ title }: Group, rows: readonly string[], folded: boolean): string {
	const table = ['| | | |', '|---|---|---|', ...rows].join('\n');
	const examples = `${rows.length} example${rows.length === 1 ? '' : 's'}`;
	const body = folded ? `<details><summary>${examples}</summary>\n\n${table}\n\n</details>` : table;
	return `### ${plain(heading(title))}\n\n${body}`;
}

/** Where each group can be jumped to, by its title. */
function anchorsOf(title: string, groups: readonly Group[]): ReadonlyMap<string, string> {
	const anchors = new Anchors();
	anchors.next(title);
	return new Map(groups.map((group) => [group.title, anchors.next(heading(group.title))]));
}

function figures({ head, rows }: Table, anchors: ReadonlyMap<string, string>): string[] {
	const numbers = head.map((_, i) => rows.every(({ cells }) => /^[\d.,]*$/.test(cells[i] ?? '')));
	const lines = rows.slice(0, ROWS).map(({ cells, group }) => {
		const anchor = group === undefined ? undefined : anchors.get(group);
		const [first = '', ...others] = cells.map(plain);
		return [anchor === undefined ? first : `[${first}](#${anchor})`, ...others];
	});
	const table = [head.map(plain), numbers.map((number) => (number ? '---:' : '---')), ...lines]
		.map((line) => `| ${line.join(' | ')} |`)
		.join('\n');
	return rows.length <= ROWS ? [table] : [table, `⚠️ ${rows.length - ROWS} more rows are in \`--format json\`.`];
}
