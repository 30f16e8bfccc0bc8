import type { Place } from '../../engine/policy/types.ts';
import type { Item, Reporter } from './report.ts';

const LEVEL = { failure: 'error', warning: 'warning', note: 'note', ok: 'none', skipped: 'none' } as const;

/** SARIF 2.1.0 (OASIS): one result for each item that is not fine. */
export const sarif: Reporter = (report) => {
	const items = report.groups.flatMap((group) => group.items.map((item) => ({ item, group: group.title })));
	const found = items.filter(({ item }) => item.status !== 'ok' && item.status !== 'skipped');
	const rules = [...new Set(found.map(({ item }) => ruleOf(item, report.command)))].sort();
	const results = found.map(({ item, group }) => ({
		ruleId: ruleOf(item, report.command),
		ruleIndex: rules.indexOf(ruleOf(item, report.command)),
		level: LEVEL[item.status],
		message: {
			text: [`${group}: ${item.name}`, item.message, ...(item.detail ?? []), item.help].filter(Boolean).join('\n'),
		},
		...(item.place === undefined
			? {}
			: {
					locations: [
						{
							physicalLocation: {
								artifactLocation: artifact(item.place.file),
								region: region(item.place),
							},
						},
					],
				}),
	}));
	const run = { tool: { driver: { name: 'sluice', rules: rules.map((id) => ({ id })) } }, results };
	const $schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
	return `${JSON.stringify({ $schema, version: '2.1.0', runs: [run] }, null, 2)}\n`;
};

/** A path in the repository, or one of this machine (RFC 3986, RFC 8089). */
function artifact(file: string): { uri: string; uriBaseId?: string } {
	const path = file.split('/').map(encodeURIComponent).join('/');
	return file.startsWith('/') ? { uri: `file://${path}` } : { uri: path, uriBaseId: '%SRCROOT%' };
}

/** The end is the first character after it, as in SARIF (§3.30.7, §3.30.8). */
function region({ row, col, endRow, endCol }: Place) {
	const end = endRow === undefined || endCol === undefined ? {} : { endLine: endRow, endColumn: endCol };
	return { startLine: row, startColumn: col, ...end };
}

function ruleOf(item: Item, command: string): string {
	return item.rule === undefined || item.rule === '' ? `sluice/${command}` : item.rule;
}
