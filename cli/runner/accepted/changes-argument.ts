import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SluiceError } from '../../../engine/error.ts';
import type { Shell } from '../../shell.ts';
import { shown } from '../policy-argument.ts';
import { type AcceptedChange, parseChanges } from './changes-file.ts';
import { pruneChanges } from './prune.ts';

/** The file that is read when nobody names one, if it is there. */
const DEFAULT = 'policy-changes.yaml';

export interface ChangesRequest {
	/** A file; false: none, whatever lies here. */
	readonly changes?: string | false;
	/** Takes spent lines out of it. */
	readonly prune?: boolean;
}

/** A `policy-changes.yaml` as it was read. */
export interface ChangesFile {
	/** As a user in the current folder would write it. */
	readonly name: string;
	readonly lines: readonly AcceptedChange[];
	/** Takes these lines out, and leaves everything else as it is written. Whole or not at all. */
	prune(lines: readonly AcceptedChange[]): Promise<void>;
}

/** The file that a request means; undefined: none. @throws SluiceError `ERR_CHANGES_FILE`, `ERR_CONFIG_SYNTAX` */
export async function changesFrom({ changes, prune }: ChangesRequest, shell: Shell): Promise<ChangesFile | undefined> {
	if (changes === false && prune === true) {
		throw new SluiceError('ERR_USAGE', '--no-changes and --prune do not go together', {
			help: 'leave one of them out',
		});
	}
	if (changes === false) return undefined;
	const path = resolve(shell.cwd, changes ?? DEFAULT);
	if (changes === undefined && !(await stat(path).catch(() => undefined))?.isFile()) return undefined;
	const name = shown(path, shell);
	const text = await readFile(path, 'utf8').catch((cause: Error) => {
		throw new SluiceError('ERR_CHANGES_FILE', `cannot read \`${name}\`: ${cause.message.split(',')[0]}`, {
			help: 'name the file with accepted differences, or leave --changes out',
			cause,
		});
	});
	const lines = parseChanges(text, name);
	return {
		name,
		lines,
		async prune(gone) {
			const indexes = lines.flatMap((line, i) => (gone.includes(line) ? [i] : []));
			if (indexes.length > 0) await replace(path, name, pruneChanges(text, indexes));
		},
	};
}

async function replace(path: string, name: string, text: string): Promise<void> {
	const partial = `${path}.${randomUUID()}.partial`;
	try {
		await writeFile(partial, text, { mode: (await stat(path)).mode });
		await rename(partial, path);
	} catch (cause) {
		await rm(partial, { force: true });
		throw new SluiceError('ERR_CHANGES_FILE', `cannot write \`${name}\`: ${(cause as Error).message.split(',')[0]}`, {
			help: 'check who may write it',
			cause: cause as Error,
		});
	}
}
