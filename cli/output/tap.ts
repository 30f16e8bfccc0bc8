import { stringify } from 'yaml';
import { type Reporter, spellPlace } from './report.ts';
import { visible } from './wrap.ts';

/** Test Anything Protocol, version 14 (https://testanything.org/tap-version-14-specification.html). */
export const tap: Reporter = (report) => {
	const lines: string[] = [];
	let number = 0;
	for (const group of report.groups) {
		for (const item of group.items) {
			number++;
			const ok = item.status === 'failure' ? 'not ok' : 'ok';
			const name = escaped(`${group.title} ${item.name}`);
			lines.push(`${ok} ${number} - ${name}${item.status === 'skipped' ? ' # SKIP' : ''}`);
			if (item.status === 'ok' || item.status === 'skipped') continue;
			const { message, help, rule, place, detail } = item;
			const body = { severity: item.status, rule, message, help, at: place && spellPlace(place), detail };
			const yaml = stringify(body, { lineWidth: 0 }).trimEnd();
			lines.push('  ---', ...yaml.split('\n').map((line) => `  ${line}`), '  ...');
		}
	}
	return `${['TAP version 14', `1..${number}`, ...lines, `# ${visible(report.summary)}`].join('\n')}\n`;
};

function escaped(name: string): string {
	return visible(name).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
