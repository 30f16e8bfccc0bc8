import { type LineCoverage, percentOf } from '../../../engine/policy/coverage/lines.ts';
import { firing, matrix } from './matrix.ts';
import type { CoveredFile, PolicyCoverage } from './model.ts';
import { STYLE } from './style.ts';

/** Coverage as one HTML page that asks for nothing else: totals, rules × verdicts, and every file line by line. */
export function html(policies: readonly PolicyCoverage[]): string {
	const sections = policies.map((policy, i) => section(policy, `p${i}`)).join('');
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Policy coverage</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Policy coverage</h1>
<p>What WebAssembly executed of each policy's Rego in fixtures (suites and verdict snapshots) and unit tests.
A line is covered when something that starts on it was true at least once.</p>
<p>Marks: ✓ covered, ~ reached and never true, ✗ not reached, – left out with a reason or not measured.</p>
${sections}</main>
</body>
</html>
`;
}

function section(policy: PolicyCoverage, id: string): string {
	const { lines, byFixtures, expressions, frames, tests, sets, files } = policy;
	const { rules, fired } = firing(sets);
	const links = files.map((file, i) => fileRow(file, `${id}f${i}`)).join('');
	const sources = files.map((file, i) => source(file, `${id}f${i}`)).join('');
	return `<h2>${escaped(policy.policy)}</h2>
<p><strong>${lines.percent} % of lines</strong> (${lines.covered} of ${lines.total}) in ${frames} frames and ${tests} unit tests;
by fixtures alone ${byFixtures.percent} % (${byFixtures.covered}).
<span class="quiet">Expressions and heads that were true: ${percentOf(expressions.held, expressions.total)} % (${expressions.held} of ${expressions.total}).
Left out with a reason: ${lines.ignored}. Not measured: ${lines.unmeasured}.</span></p>
<h3>Rules that fired in a fixture: ${fired} of ${rules}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Rules and verdicts">${verdicts(policy)}</div>
<h3>Files</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Files"><table>
<thead><tr><th scope="col">file</th><th scope="col">lines</th><th scope="col">covered</th><th scope="col">%</th></tr></thead>
<tbody>${links}</tbody>
</table></div>
<h3>Lines</h3>
${sources}`;
}

function verdicts({ sets }: PolicyCoverage): string {
	const [heading = [], ...rows] = matrix(sets);
	const head = heading.map((word) => `<th scope="col">${word}</th>`).join('');
	const cell = (text: string) => {
		if (text === '-') return '<td class="quiet">–</td>';
		return text === '0' ? '<td class="none">never</td>' : `<td>${text}</td>`;
	};
	const body = rows.map(([rule = '', ...cells]) => {
		return `<tr><th scope="row">${breakable(rule)}</th>${cells.map(cell).join('')}</tr>\n`;
	});
	return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

function fileRow({ path, totals }: CoveredFile, id: string): string {
	const { total, covered, percent } = totals;
	return `<tr><td><a href="#${id}">${breakable(path)}</a></td><td>${total}</td><td>${covered}</td><td>${percent}</td></tr>\n`;
}

function source({ path, text, totals, lines, byTestsOnly }: CoveredFile, id: string): string {
	const known = new Map(lines.map((line) => [line.row, line]));
	const rows = text.replace(/\n$/, '').split('\n');
	const tested = new Set(byTestsOnly);
	const list = rows.map((code, i) => row(code, i + 1, known.get(i + 1), tested.has(i + 1))).join('\n');
	return `<details id="${id}"${totals.covered < totals.total ? ' open' : ''}>
<summary>${escaped(path)} <strong>${totals.percent} %</strong> <span class="quiet">${totals.covered} of ${totals.total}</span></summary>
<ol class="code">
${list}
</ol>
</details>
`;
}

const MARK = { covered: '✓', partial: '~', missed: '✗', ignored: '–', unmeasured: '–' } as const;
const WORDS = {
	covered: 'covered',
	partial: 'never true',
	missed: 'not reached',
	ignored: 'left out',
	unmeasured: 'not measured',
} as const;

function row(code: string, n: number, line: LineCoverage | undefined, testsOnly: boolean): string {
	const shown = `<code>${escaped(code)}</code>`;
	if (line === undefined)
		return `<li><span class="n">${n}</span><span class="m"></span><span class="h"></span>${shown}</li>`;
	const { status, hits, reason, never } = line;
	const mark = `<span class="m" role="img" aria-label="${WORDS[status]}" title="${WORDS[status]}">${MARK[status]}</span>`;
	const count = status === 'covered' ? `${hits}×` : '';
	const why = [
		...(reason === undefined ? [] : [status === 'ignored' ? `ignored: ${reason.text}` : reason.text]),
		...(testsOnly ? ['by unit tests only'] : []),
		...(never === undefined ? [] : [`never true: what starts at column ${never.join(', ')}`]),
	];
	const words = why.length === 0 ? '' : `<span class="why">${escaped(why.join('; '))}</span>`;
	return `<li class="${status}"><span class="n">${n}</span>${mark}<span class="h">${count}</span>${shown}${words}</li>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** A name or a path that may end a line after each of its parts. */
function breakable(text: string): string {
	return escaped(text).replace(/[/_]/g, '$&<wbr>');
}
