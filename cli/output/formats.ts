import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { Reporter } from './report.ts';
import { sarif } from './sarif.ts';
import { tap } from './tap.ts';
import { text } from './text.ts';

/** Every `--format`, by its name (contract §3). */
export const formats = { text, json, tap, junit, sarif, github, gitlab, markdown } satisfies Record<string, Reporter>;

export type Format = keyof typeof formats;
