import { readFile, writeFile } from 'node:fs/promises';
import { type CaseResult, summary } from './outcome.ts';
import { type Reasons, reasonOf } from './reasons.ts';
import { columns, gaps } from './report.ts';
import { tallies, tally } from './tally.ts';

const BEGIN = '<!-- begin:compliance -->';
const END = '<!-- end:compliance -->';

/** The generated part of `docs/compliance.md`. */
export function render(opa: string, results: readonly CaseResult[], reasons: Reasons): string {
	const total = tally('**total**', results);
	const stays = results.filter((result) => result.outcome.kind !== 'pass' && reasonOf(result, reasons) !== undefined);
	const open = results.filter((result) => result.outcome.kind !== 'pass' && reasonOf(result, reasons) === undefined);
	const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
	return [
		`OPA ${opa}: **${total.pass} of ${total.cases}** cases pass.`,
		[
			row(['family', 'cases', 'pass', 'fail', 'gap', 'not compiled', 'missing built-ins']),
			'| --- | ---: | ---: | ---: | ---: | ---: | --- |',
			...tallies(results).map((own) => row([...columns(own), gaps(own, 12)])),
			row([...columns(total), '']),
		].join('\n'),
		'### What stays different',
		list(stays, (result) => reasonOf(result, reasons) ?? ''),
		'### What does not pass yet',
		'By built-in function that is missing, with the cases that wait for it:',
		[...tally('', open).missing].map(([builtin, cases]) => `- \`${builtin}\` (${cases})`).join('\n') || 'None.',
		'Otherwise:',
		list(
			open.filter(({ outcome }) => outcome.kind !== 'gap'),
			({ outcome }) => summary(outcome),
		),
	].join('\n\n');
}

/** Puts it between the marks of the page. */
export async function writePage(path: string, text: string): Promise<void> {
	const page = await readFile(path, 'utf8');
	const begin = page.indexOf(BEGIN);
	const end = page.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`${path} lacks the marks ${BEGIN} and ${END}`);
	await writeFile(path, `${page.slice(0, begin + BEGIN.length)}\n${text}\n${page.slice(end)}`);
}

function list(results: readonly CaseResult[], words: (result: CaseResult) => string): string {
	if (results.length === 0) return 'None.';
	return results.map((result) => `- ${result.family}: ${code(result.id)} — ${words(result)}`).join('\n');
}

/** As code in Markdown, on one line. */
function code(text: string): string {
	return `\`${text.replace(/\s+/g, ' ').replaceAll('`', "'")}\``;
}
