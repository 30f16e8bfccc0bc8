import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SluiceError } from '../../../engine/error.ts';
import type { Shell } from '../../shell.ts';
import { shown } from '../policy-argument.ts';

/** A file to be written. */
export interface Draft {
	readonly path: string;
	readonly text: string;
	/** It is a program. */
	readonly executable?: boolean;
}

/** The text of a template with `{{word}}` filled in; what has no word stays, since other languages have braces too. */
export async function fromTemplate(name: string, words: Readonly<Record<string, string>>): Promise<string> {
	const text = await readFile(join(import.meta.dirname, 'templates', name), 'utf8');
	return text.replace(/\{\{([a-z]+)\}\}/g, (whole, word: string) => words[word] ?? whole);
}

/** Writes them all, or nothing if one is there already. Gives their paths as the user would write them. @throws SluiceError `ERR_WOULD_OVERWRITE` */
export async function writeDrafts(drafts: readonly Draft[], shell: Shell): Promise<string[]> {
	for (const { path } of drafts) refuseExisting(path, shell);
	for (const { path, text, executable } of drafts) {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, text, executable === true ? { mode: 0o755 } : {});
	}
	return drafts.map(({ path }) => shown(path, shell));
}

/** @throws SluiceError `ERR_WOULD_OVERWRITE` */
export function refuseExisting(path: string, shell: Shell): void {
	if (!existsSync(path)) return;
	throw new SluiceError('ERR_WOULD_OVERWRITE', `\`${shown(path, shell)}\` is there already`, {
		help: 'choose another name or folder: nothing is overwritten',
	});
}
