import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import type { Shell } from '../shell.ts';

/** The token to act with: in the named file, else `SLUICE_TOKEN`; undefined: none. @throws SluiceError `ERR_TOKEN_MISSING` */
export async function tokenOf(file: string | undefined, shell: Shell): Promise<string | undefined> {
	const token = file === undefined ? shell.env.SLUICE_TOKEN : await tokenIn(resolve(shell.cwd, file));
	return token === '' ? undefined : token;
}

async function tokenIn(file: string): Promise<string> {
	try {
		return (await readFile(file, 'utf8')).trim();
	} catch (cause) {
		throw new SluiceError('ERR_TOKEN_MISSING', `cannot read the token file \`${file}\``, {
			help: 'check the path',
			cause,
		});
	}
}
