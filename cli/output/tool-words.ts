import type { DefinitionView, ToolView } from '../../gateway/admin/tool-view.ts';
import { type DefinitionChange, itemsOf, membersOf } from '../runner/definition-changes.ts';
import type { ShownTool } from '../runner/tools.ts';
import { type Ink, paint } from './paint.ts';
import { revealed } from './revealed.ts';
import { table } from './table.ts';
import { type DiffPiece, diffPieces, sentences } from './text-diff.ts';
import { head, wrap } from './wrap.ts';

/** How wide, and whether in colour. */
export interface Look {
	readonly width: number;
	readonly color: boolean;
}

/** The list for people. */
export function spellTools(tools: readonly ToolView[], look: Look): string {
	const rows = tools.map(({ server, tool, status, pinned, seen }) => [
		status,
		cut(tool, 28),
		cut(server, 14),
		(pinned?.at ?? '-').slice(0, 10),
		seen === undefined ? '-' : minute(seen.at),
		pinned === undefined ? '-' : whoseOf(pinned),
	]);
	return table([['STATUS', 'TOOL', 'SERVER', 'PINNED', 'LAST SEEN', 'BY'], ...rows], look.width);
}

/** One tool for people: where its definition stands, and how it has changed. */
export function spellTool(shown: ShownTool, look: Look): string {
	const { server, tool, status, pinned, seen, changes } = shown;
	const facts = (name: string, hash: string, words: string) => [
		`  ${name.padEnd(6)}  ${hash}`,
		behind(' '.repeat(10), words, look.width),
	];
	const lines = [
		wrap(`${revealed(tool)} of ${revealed(server)}: ${status}`, look.width),
		'',
		...(pinned === undefined ? [] : facts('pinned', pinned.hash, `${stood(pinned.at)}, ${whoseOf(pinned)}`)),
		...(seen === undefined ? [] : facts('seen', seen.hash, `${stood(seen.at)}, session ${seen.session}`)),
		'',
		...(status === 'changed' ? spellChanges(changes, shown, look) : spellDefinition(shown, look)),
	];
	return `${lines.join('\n')}\n${advice(shown, look)}`;
}

function advice({ server, tool, status, seen }: ShownTool, { width }: Look): string {
	if ((status !== 'changed' && status !== 'new') || seen === undefined) return '';
	const words = [server, tool].map(argument);
	return `\n${wrap('To take it as it was seen:', width)}\n  sluice tools accept ${words.join(' ')} --hash ${seen.hash.slice(0, 12)}\n`;
}

/** For a shell, as far as it can be typed. */
function argument(word: string): string {
	if (/^[\w.:@/-]+$/.test(word)) return word;
	return revealed(word) === word ? `'${word.replaceAll("'", "'\\''")}'` : "'…'";
}

function spellChanges(changes: ShownTool['changes'], shown: ShownTool, look: Look): string[] {
	if (changes === undefined) {
		const { pinned, seen } = shown.definitions;
		const why = [...missing('pinned', pinned), ...missing('seen', seen)].join(' ');
		return [
			wrap(`How it has changed cannot be said. ${why}`, look.width),
			...(seen?.text ? spellDefinition(shown, look) : []),
		];
	}
	if (changes.length === 0) return [wrap('It has changed only where secrets or personal data are masked.', look.width)];
	return changes.flatMap((change) => spellChange(change, look));
}

function missing(name: string, view: DefinitionView | undefined): string[] {
	if (view === undefined) return [`The ${name} text was not kept.`];
	return view.text === undefined
		? [`The ${name} text (${view.length} bytes) is too long to be kept, or cannot be shown.`]
		: [];
}

function spellChange({ at, from, to }: DefinitionChange, look: Look): string[] {
	const what = from === undefined ? ' (added)' : to === undefined ? ' (removed)' : '';
	const head = paint('bold', wrap(`${revealed(at)}${what}`, look.width, '  '), look.color);
	const plain = [from, to].every((text) => text === undefined || text.startsWith('"'));
	const [a, b] = [piecesOf(from, plain), piecesOf(to, plain)];
	return [head, ...shortened(diffPieces(a, b)).map((piece) => spellPiece(piece, look))];
}

/** Texts by sentences, lists by items; all else is one piece. `plain`: a text as it reads, without quotes. */
function piecesOf(json: string | undefined, plain: boolean): string[] {
	if (json === undefined) return [];
	if (json.startsWith('"') && plain) return sentences(JSON.parse(json) as string);
	if (!json.startsWith('[')) return [json];
	const items = itemsOf(json);
	return items.length === 0 ? [json] : items;
}

/** Of what is in both, one piece beside each change. */
function shortened(pieces: readonly DiffPiece[]): (DiffPiece | undefined)[] {
	const near = (i: number) => pieces[i] !== undefined && pieces[i].side !== ' ';
	const kept = pieces.map((piece, i) => (piece.side !== ' ' || near(i - 1) || near(i + 1) ? piece : undefined));
	return kept.filter((piece, i) => piece !== undefined || i === 0 || kept[i - 1] !== undefined);
}

const INKS: Readonly<Record<string, Ink>> = { '-': 'red', '+': 'green' };

/** Ours are only the signs in the first column: what is wrapped is indented. */
function spellPiece(piece: DiffPiece | undefined, { width, color }: Look): string {
	if (piece === undefined) return '  …';
	const { side, text } = piece;
	const end = text.endsWith('\n') ? (side === ' ' ? '' : '\\n') : '';
	const ink = INKS[side];
	const lines = behind(`${side} `, revealed(text.replace(/[ \n]$/, '')) + end, width);
	return ink === undefined ? lines : paint(ink, lines, color);
}

/** All of it, a member a line. */
function spellDefinition({ definitions: { pinned, seen } }: ShownTool, { width }: Look): string[] {
	const text = seen?.text ?? pinned?.text;
	if (text === undefined) return [wrap(missing('definition’s', seen ?? pinned).join(' '), width)];
	return [...membersOf(text)].map(([at, json]) => wrap(`${revealed(at)}: ${revealed(json)}`, width, '  '));
}

/** `text` in lines, the first behind `head`, all others behind as many blanks. */
function behind(head: string, text: string, width: number): string {
	const lines = wrap(text, width - head.length).split('\n');
	return lines.map((line, i) => (i === 0 ? head : ' '.repeat(head.length)) + line).join('\n');
}

function whoseOf({ accepted }: NonNullable<ToolView['pinned']>): string {
	return accepted === undefined ? 'first seen' : revealed(`${accepted.by.issuer}:${accepted.by.id}`);
}

function stood(at: string | undefined): string {
	return at === undefined ? 'by an older Sluice' : `${at.slice(0, 19).replace('T', ' ')}Z`;
}

function minute(at: string): string {
	return `${at.slice(0, 16).replace('T', ' ')}Z`;
}

function cut(text: string, size: number): string {
	const shown = revealed(text);
	return shown.length <= size ? shown : `${head(shown, size - 1)}…`;
}
