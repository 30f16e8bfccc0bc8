import { type Item, type Reporter, spellPlace } from './report.ts';

/** JUnit XML as CI systems read it: one suite a group, warnings pass. */
export const junit: Reporter = (report) => {
	const suites = report.groups.map((group) => {
		const failures = group.items.filter((item) => item.status === 'failure').length;
		const skipped = group.items.filter((item) => item.status === 'skipped').length;
		const cases = group.items.map((item) => testCase(item, group.title)).join('');
		const counts = `tests="${group.items.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
		return `  <testsuite name="${xml(group.title)}" ${counts}>\n${cases}  </testsuite>\n`;
	});
	const total = report.groups.reduce((n, group) => n + group.items.length, 0);
	const failed = report.groups.reduce((n, g) => n + g.items.filter((i) => i.status === 'failure').length, 0);
	const head = `<testsuites name="sluice ${report.command}" tests="${total}" failures="${failed}">`;
	return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.join('')}</testsuites>\n`;
};

function testCase(item: Item, suite: string): string {
	const open = `    <testcase name="${xml(item.name)}" classname="${xml(suite)}"`;
	if (item.status === 'skipped') return `${open}><skipped/></testcase>\n`;
	if (item.status !== 'failure') return `${open}/>\n`;
	const body = [
		...(item.place === undefined ? [] : [spellPlace(item.place)]),
		...(item.detail ?? []),
		...(item.help === undefined ? [] : [`help: ${item.help}`]),
	].join('\n');
	const message = xml(item.message ?? item.name);
	return `${open}>\n      <failure message="${message}" type="${xml(item.rule ?? 'failure')}">${xml(body)}</failure>\n    </testcase>\n`;
}

/** Escaped for XML 1.0, without the characters that it cannot hold at all (§2.2). */
function xml(text: string): string {
	return text
		.toWellFormed()
		.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll('\n', '&#10;');
}
