import { github } from './github.ts';
import { json, jsonPieces } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { Look, Report, Reporter } from './report.ts';
import { sarif } from './sarif.ts';
import { tap } from './tap.ts';
import { text } from './text.ts';

/** Every `--format`, by its name (contract §3). */
export const formats = { text, json, tap, junit, sarif, github, markdown } satisfies Record<string, Reporter>;

export type Format = keyof typeof formats;

/** A report in that format, in pieces as they are to be written. */
export function piecesOf(report: Report, format: Format, look: Look): Iterable<string> {
	return format === 'json' ? jsonPieces(report) : [formats[format](report, look)];
}
