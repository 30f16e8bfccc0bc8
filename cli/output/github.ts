import type { Place } from '../../engine/policy/types.ts';
import type { Reporter } from './report.ts';
import { visible } from './wrap.ts';

const COMMAND = { failure: 'error', warning: 'warning', note: 'notice' } as const;

/** Workflow commands of GitHub Actions, which become annotations of a pull request. */
export const github: Reporter = (report) => {
	const lines: string[] = [];
	for (const group of report.groups) {
		for (const item of group.items) {
			if (item.status === 'ok' || item.status === 'skipped') continue;
			const where = item.place && whereOf(item.place);
			const properties = Object.entries({ ...where, title: `${group.title}: ${item.name}` })
				.map(([key, value]) => `${key}=${property(String(value))}`)
				.join(',');
			const said = [
				item.message ?? item.name,
				...(item.detail ?? []),
				...(item.help === undefined ? [] : [`help: ${item.help}`]),
			];
			lines.push(`::${COMMAND[item.status]} ${properties}::${data(said.join('\n'))}`);
		}
	}
	return `${[...lines, plainLine(report.summary)].join('\n')}\n`;
};

/** The runner takes a line that begins with `::`, blanks aside, for a command. */
function plainLine(text: string): string {
	return visible(text).replace(/^(\s*):(?=:)/, '$1: ');
}

/** `col` and `endColumn` are for one line only; the end counts as within. */
function whereOf({ file, row, col, endRow, endCol }: Place) {
	if (endRow === undefined || endCol === undefined) return { file, line: row, col };
	return endRow === row
		? { file, line: row, col, endColumn: Math.max(col, endCol - 1) }
		: { file, line: row, endLine: endRow };
}

function data(text: string): string {
	return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
	return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
