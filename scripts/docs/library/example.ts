import { stringify } from 'yaml';
import { findingCover } from '../../../engine/cover.ts';
import { createDetector } from '../../../engine/detect/detector.ts';
import type { Label, Reason } from '../../../engine/policy/judgement.ts';
import type { CaseRun, Shown } from './fixture.ts';
import { code, fence } from './markdown.ts';
import type { LibraryData } from './read.ts';

const cover = findingCover(createDetector({ detectors: ['secrets', 'pii'] }));

/** Longest text of a frame that a page shows whole. */
const LONGEST = 120;

/**
 * What the rule really says: for each set that it gives in its bad cases the first frame that gets it, with the
 * message. Findings are covered, so that a page never shows what a mask takes away; a masked frame is shown as delivered.
 */
export function exampleOf(id: string, runs: readonly CaseRun[]): string {
	const seen = new Set<string>();
	const told = new Set<string>();
	const parts: string[] = [];
	for (const run of runs.filter(({ kind }) => kind === 'bad')) {
		for (const shown of run.shown) {
			const fresh = setsOf(shown).filter((set) => !seen.has(set));
			if (fresh.length === 0) continue;
			for (const set of fresh) seen.add(set);
			const place = `${run.one.session} ${shown.line.seq}`;
			parts.push(spell(id, run, shown, told.has(place)));
			told.add(place);
		}
	}
	return parts.join('\n\n');
}

/** The sets behind what is shown, `label` included. */
export function setsOf({ reasons, labels }: Pick<Shown, 'reasons' | 'labels'>): readonly string[] {
	return [...new Set([...reasons.map(({ set, was }) => was ?? set), ...(labels.length > 0 ? ['label'] : [])])];
}

/** `again`: the page has shown this frame, under other data. */
function spell(id: string, { header, one }: CaseRun, shown: Shown, again: boolean): string {
	const { line, judgement, delivered, reasons, labels } = shown;
	const { name, labels: marks } = header.server;
	const marked = marks.length === 0 ? '' : ` (labels ${marks.map(code).join(', ')})`;
	const way = line.from === 'client' ? `To server ${code(name)}${marked}` : `From server ${code(name)}${marked}`;
	const data = dataOf(id, one.with?.data);
	const masked = judgement.verdict === 'mask' && delivered !== null;
	const what = `${again ? 'The same' : way}${masked ? ', as it is delivered' : ''}`;
	return [
		`${what}${data === undefined ? ':' : ', with these data:'}`,
		...(data === undefined ? [] : [fence('yaml', stringify(data))]),
		...(again ? [] : [fence('json', frame(masked ? delivered : line.bytes))]),
		...reasons.map((reason) => `${setOf(reason)}: ${code(cover.text(reason.message))}`),
		...labels.map((label) => `label: ${labelled(label)}`),
	].join('\n\n');
}

/** Of the data of a case what this rule reads: settings of others only keep those quiet. */
function dataOf(id: string, data: LibraryData | undefined): object | undefined {
	const own = data?.settings?.[id];
	const kept = {
		...(data?.config === undefined ? {} : { config: data.config }),
		...(own === undefined ? {} : { settings: { [id]: own } }),
	};
	return Object.keys(kept).length === 0 ? undefined : kept;
}

function setOf({ set, was }: Reason): string {
	return was === undefined ? set : `${set} (would be ${was})`;
}

function labelled({ label, scope, forNs }: Label): string {
	const until = forNs === undefined ? '' : `, for ${forNs / 1e9} s`;
	return `${code(label)} on the ${scope}${until}`;
}

/** A frame with every finding masked and long texts cut, as indented JSON. */
function frame(bytes: Buffer): string {
	const covered = cover.frame(bytes);
	if (covered === undefined) return '{}';
	return pretty(JSON.parse(covered.text), '');
}

/** Objects and arrays that fit a line stay on it. */
function pretty(value: unknown, indent: string): string {
	if (typeof value === 'string') return JSON.stringify(cut(value));
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const deeper = `${indent}  `;
	const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
	const parts = Array.isArray(value)
		? value.map((item) => pretty(item, deeper))
		: Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${pretty(item, deeper)}`);
	const space = Array.isArray(value) || parts.length === 0 ? '' : ' ';
	const flat = `${open}${space}${parts.join(', ')}${space}${close}`;
	if (indent !== '' && flat.length <= 100 - indent.length && !flat.includes('\n')) return flat;
	return `${open}\n${parts.map((part) => `${deeper}${part}`).join(',\n')}\n${indent}${close}`;
}

function cut(text: string): string {
	const points = [...text];
	return points.length <= LONGEST ? text : `${points.slice(0, LONGEST).join('')}… (${points.length} characters)`;
}
