import { Anchors } from './anchor.ts';
import { type Report, type Reporter, spellPlace, type Table } from './report.ts';
import { visible } from './wrap.ts';

const MARK = { ok: '✅', note: 'ℹ️', warning: '⚠️', failure: '❌', skipped: '➖' } as const;

/** For a pull request comment or a job summary: the figures first, with links to what stands below, then one table a group. */
export const markdown: Reporter = (report) => {
	const mark = report.exit === 0 ? '✅' : '❌';
	const title = `sluice ${report.command}`;
	const parts = [`## ${title}`];
	if (report.headline === undefined) parts.push(`${mark} ${cell(report.summary)}`);
	else parts.push(`${mark} **${cell(report.headline)}**`, cell(report.summary));
	const anchors = anchorsOf(report, title);
	for (const table of report.tables ?? []) parts.push(figures(table, anchors));
	for (const group of report.groups) {
		const shown = shownOf(group);
		if (shown.length === 0) continue;
		const rows = shown.map((item) => {
			const said = [item.message, ...(item.detail ?? []), item.help].filter((s) => s !== undefined).map(cell);
			const name = item.place === undefined ? cell(item.name) : `${cell(item.name)}<br>${cell(spellPlace(item.place))}`;
			return `| ${MARK[item.status]} | ${name} | ${said.join('<br>')} |`;
		});
		parts.push(`### ${cell(heading(group.title))}`, ['| | | |', '|---|---|---|', ...rows].join('\n'));
	}
	if (report.appendix !== undefined) {
		const { title, language, text } = report.appendix;
		parts.push(`${cell(title)}:`, `\`\`\`${language}\n${text}\`\`\``);
	}
	return `${parts.join('\n\n')}\n`;
};

function shownOf({ brief, items }: Report['groups'][number]) {
	return brief === true ? items.filter((item) => item.status !== 'ok') : items;
}

/** Where each group can be jumped to, by its title. */
function anchorsOf({ groups }: Report, title: string): ReadonlyMap<string, string> {
	const anchors = new Anchors();
	anchors.next(title);
	return new Map(
		groups
			.filter((group) => shownOf(group).length > 0)
			.map((group) => [group.title, anchors.next(heading(group.title))]),
	);
}

/** One blank where there are several: how many of them an anchor keeps is not said. */
function heading(title: string): string {
	return visible(title).replace(/ +/g, ' ');
}

function figures({ head, rows }: Table, anchors: ReadonlyMap<string, string>): string {
	const numbers = head.map((_, i) => rows.every(({ cells }) => /^[\d.,]*$/.test(cells[i] ?? '')));
	const lines = rows.map(({ cells, group }) => {
		const anchor = group === undefined ? undefined : anchors.get(group);
		const [first = '', ...others] = cells.map(cell);
		return [anchor === undefined ? first : `[${first}](#${anchor})`, ...others];
	});
	return [head.map(cell), numbers.map((number) => (number ? '---:' : '---')), ...lines]
		.map((line) => `| ${line.join(' | ')} |`)
		.join('\n');
}

function cell(text: string): string {
	return visible(text)
		.replace(/[\\|<>*_[\]]/g, (c) => `\\${c}`)
		.replaceAll('\\<', '&lt;')
		.replaceAll('\\>', '&gt;');
}
