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
	const copied = appendix(report);
	const { pages, complete } = within(BYTES - Buffer.byteLength(copied.join('')), groups, linked);
	const anchors = anchorsOf(title, groups.slice(0, pages.length));
	const parts = [`## ${title}`, ...verdict(report)];
	for (const table of report.tables ?? []) parts.push(...figures(table, anchors));
	parts.push(...pages);
	if (!complete)
		parts.push('⚠️ Cut here: all examples would be too large for a job summary. `--format json` has the rest.');
	return `${[...parts, ...copied].join('\n\n')}\n`;
};

function verdict({ exit, headline, summary }: Report): string[] {
	const passes = exit === 0 ? '✅ **Passes**' : '❌ **Does not pass**';
	if (headline === undefined) return [`${passes}: ${plain(summary)}`];
	return [`${passes}: ${plain(headline)}`, plain(summary)];
}

/** What is to be copied; to the last line of it, whatever else has to go, or not at all. */
function appendix({ appendix: part }: Report): string[] {
	if (part === undefined) return [];
	if (Buffer.byteLength(part.text) > BYTES / 2) return [`⚠️ ${plain(part.title)}: \`--format text\` has them.`];
	return [`${plain(part.title)}:`, `\`\`\`${part.language}\n${part.text}\`\`\``];
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
		pages.push(pageOf(group, rows, linked.has(group.title) ? worst(items) : undefined));
		if (rows.length < items.length) return { pages, complete: false };
	}
	return { pages, complete: pages.length === groups.length };
}

function rowOf({ name, status, message, detail = [], help, place }: Item): string {
	const said = [message, ...detail, help].filter((text) => text !== undefined).map(plain);
	const what = place === undefined ? plain(name) : `${plain(name)}<br>${plain(spellPlace(place))}`;
	return `| ${MARK[status]} | ${what} | ${said.join('<br>')} |`;
}

/** `folded`: the mark that says what is in it. */
function pageOf({ title }: Group, rows: readonly string[], folded?: string): string {
	const table = ['| | | |', '|---|---|---|', ...rows].join('\n');
	const examples = `${rows.length} example${rows.length === 1 ? '' : 's'}`;
	const body =
		folded === undefined ? table : `<details><summary>${folded} ${examples}</summary>\n\n${table}\n\n</details>`;
	return `### ${plain(heading(title))}\n\n${body}`;
}

function worst(items: readonly Item[]): string {
	const statuses = new Set(items.map(({ status }) => status));
	const order = ['failure', 'warning', 'note', 'ok', 'skipped'] as const;
	return MARK[order.find((status) => statuses.has(status))!];
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
