import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createDetector } from '../../engine/detect/detector.ts';
import { checkPolicy } from '../../engine/policy/check.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import { knowledgeOf } from '../../engine/policy/knowledge.ts';
import { PolicyError } from '../../engine/policy/policy-error.ts';
import { readPolicySource } from '../../engine/policy/source.ts';
import type { Diagnostic } from '../../engine/policy/types.ts';

/** A section of docs/check.md: a code with its examples. */
export interface Section {
	readonly code: string;
	readonly level: string;
	/** Files by name, as the page shows them. */
	readonly bad: ReadonlyMap<string, string>;
	readonly good: ReadonlyMap<string, string>;
	/** What the page says that `check` says of the bad one. */
	readonly says: string;
	/** Names of files whose text is saved as Latin-1. */
	readonly latin1: ReadonlySet<string>;
}

/** What the page puts around a fragment, a Rego block that does not begin with a package of its own. */
export const FRAME = `# METADATA
# title: An example
# description: A rule of the page about check.
# custom:
#   severity: low
package rules.docs.example

`;

const FILE = 'rules/docs/example/example.rego';
const OTHER = `${FRAME.replaceAll('example', 'other')}deny contains "no" if input.method == "tools/list"\n`;

/** Sections are `### `CODE``, blocks are marked `<!-- check: bad [file=NAME] [latin1] -->`, `good` or `says`. */
export function sectionsOf(page: string): Section[] {
	return page
		.split(/^### /m)
		.slice(1)
		.map((text) => {
			const [, code = '', level = ''] = /^`(\w+)` · (.+)$/m.exec(text) ?? [];
			const files = { bad: new Map<string, string>(), good: new Map<string, string>() };
			const latin1 = new Set<string>();
			let says = '';
			const marked = /<!-- check: (bad|good|says)(?: file=(\S+))?( latin1)? -->\n(`{3,})\w*\n([\s\S]*?)\4/g;
			for (const [, kind, file = FILE, encoding, , block = ''] of text.matchAll(marked)) {
				if (encoding !== undefined) latin1.add(file);
				if (kind === 'says') says = block;
				else files[kind as 'bad' | 'good'].set(file, block);
			}
			return { code, level, ...files, says, latin1 };
		});
}

/** Runs `check` on the files of an example, in `folder`. */
export async function checked(
	files: ReadonlyMap<string, string>,
	folder: string,
	compiler: Compiler,
	latin1: ReadonlySet<string> = new Set(),
): Promise<readonly Diagnostic[]> {
	const all = new Map([...files].map(([name, text]) => [name, framed(name, text)]));
	if (![...all.keys()].some((name) => name.endsWith('.rego'))) all.set('rules/docs/other/other.rego', OTHER);
	for (const [name, text] of all) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text, latin1.has(name) ? 'latin1' : 'utf8');
	}
	const knowledge = { ...knowledgeOf(createDetector({ detectors: ['secrets', 'pii'] })), nowNs: NOW };
	try {
		return (await checkPolicy(await readPolicySource(folder), compiler, knowledge)).diagnostics;
	} catch (error) {
		if (!(error instanceof PolicyError)) throw error;
		return error.diagnostics.map((one) => ({ ...one, message: one.message.replaceAll(folder, 'policies') }));
	}
}

/** 2026-06-01, for examples with dates. */
const NOW = 1_780_272_000_000_000_000n;

function framed(name: string, text: string): string {
	return isFragment(name, text) ? FRAME + text : text;
}

function isFragment(name: string, text: string): boolean {
	return name === FILE && !/^package /m.test(text);
}

/** The diagnostics of an example as the page shows them: lines of a fragment count from its own first line. */
export function spelled(diagnostics: readonly Diagnostic[], files: ReadonlyMap<string, string>): string {
	return diagnostics
		.map(({ level, message, help, place }) => {
			const said = help === undefined ? '' : `\nhelp: ${help}`;
			if (place === undefined) return `${level}: ${message}${said}\n`;
			const text = files.get(place.file) ?? '';
			const row = place.row - (isFragment(place.file, text) ? FRAME.split('\n').length - 1 : 0);
			const file = place.file === FILE ? '' : `${place.file}:`;
			return `${file}${row}:${place.col}: ${level}: ${message}${said}\n`;
		})
		.join('');
}
