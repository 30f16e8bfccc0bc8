import { type Reporter, spellPlace } from './report.ts';
import { visible } from './wrap.ts';

const MARK = { ok: '✅', note: 'ℹ️', warning: '⚠️', failure: '❌', skipped: '➖' } as const;

/** For a pull request comment or a job summary: one table a group. */
export const markdown: Reporter = (report) => {
	const parts = [`## sluice ${report.command}`, `${report.exit === 0 ? '✅' : '❌'} ${cell(report.summary)}`];
	for (const group of report.groups) {
		const shown = group.brief === true ? group.items.filter((item) => item.status !== 'ok') : group.items;
		if (shown.length === 0) continue;
		const rows = shown.map((item) => {
			const said = [item.message, ...(item.detail ?? []), item.help].filter((s) => s !== undefined).map(cell);
			const name = item.place === undefined ? cell(item.name) : `${cell(item.name)}<br>${cell(spellPlace(item.place))}`;
			return `| ${MARK[item.status]} | ${name} | ${said.join('<br>')} |`;
		});
		parts.push(`### ${cell(group.title)}`, ['| | | |', '|---|---|---|', ...rows].join('\n'));
	}
	if (report.appendix !== undefined) {
		const { title, language, text } = report.appendix;
		parts.push(`${cell(title)}:`, `\`\`\`${language}\n${text}\`\`\``);
	}
	return `${parts.join('\n\n')}\n`;
};

function cell(text: string): string {
	return visible(text)
		.replace(/[\\|<>*_[\]]/g, (c) => `\\${c}`)
		.replaceAll('\\<', '&lt;')
		.replaceAll('\\>', '&gt;');
}
