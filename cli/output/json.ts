import { isListed } from './listed.ts';
import type { Report, Reporter } from './report.ts';

/** For programs. `version` changes when a member is removed or changes its meaning. */
export const json: Reporter = (report) => [...jsonPieces(report)].join('');

/** Characters of one piece, at least. */
const PIECE = 64 * 1024;

/** The same in pieces: a long list is never a text as a whole. */
export function* jsonPieces({ command, summary, data }: Report): Generator<string> {
	const members = Object.entries({ version: 1, command, summary, ...data }).filter(([, value]) => value !== undefined);
	let text = '{';
	for (const [i, [key, value]] of members.entries()) {
		text += `${i === 0 ? '' : ','}\n  ${JSON.stringify(key)}: `;
		if (!isListed(value)) {
			text += indented(value, '  ');
			continue;
		}
		text += '[';
		let before = '';
		for (const item of value) {
			text += `${before}\n    ${indented(item, '    ')}`;
			before = ',';
			if (text.length < PIECE) continue;
			yield text;
			text = '';
		}
		text += before === '' ? ']' : '\n  ]';
	}
	yield `${text}\n}\n`;
}

/** As `JSON.stringify` writes it at this depth. A string has no line feed of its own in JSON. */
function indented(value: unknown, indent: string): string {
	return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}
