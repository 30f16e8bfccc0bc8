import { randomBytes } from 'node:crypto';
import {
	closeSync,
	fsyncSync,
	linkSync,
	mkdirSync,
	openSync,
	readFileSync,
	statSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import { MasterKey } from './keys.ts';

/** Where the master key is when `keys.master` is not configured. */
export function defaultMasterKeyPath(dataDir: string): string {
	return join(dataDir, 'keys', 'master.key');
}

/**
 * The master key from a file, which is made (0600, in a folder 0700) if it is not there.
 *
 * Errors: `ERR_KEY_PERMISSIONS` (others can read the file), `ERR_KEY_INVALID` (not a key).
 */
export function loadMasterKey(path: string): MasterKey {
	try {
		return readMasterKey(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
	makeKeyFile(path);
	return readMasterKey(path);
}

/** The master key from a file that must be there. Errors as {@link loadMasterKey}, or the file system's own. */
export function readMasterKey(path: string): MasterKey {
	const mode = statSync(path).mode & 0o777;
	if ((mode & 0o077) !== 0) {
		throw new SluiceError('ERR_KEY_PERMISSIONS', `\`${path}\` can be read by others (mode ${mode.toString(8)})`, {
			help: `\`chmod 600 ${path}\`, and change the key if somebody may have read it`,
		});
	}
	return parseMasterKey(readFileSync(path), path);
}

/**
 * A master key as it comes out of a file, a variable or a vault: 32 bytes, raw, in base64 or in hex.
 * `where` names the source in messages. Errors: `ERR_KEY_INVALID`.
 */
export function parseMasterKey(secret: Buffer, where: string): MasterKey {
	if (secret.length === 32) return new MasterKey(secret);
	const text = secret.toString('latin1').trim();
	if (/^[0-9a-f]{64}$/i.test(text)) return new MasterKey(Buffer.from(text, 'hex'));
	if (/^[A-Za-z0-9+/]{43}=?$/.test(text)) return new MasterKey(Buffer.from(text, 'base64'));
	throw new SluiceError('ERR_KEY_INVALID', `\`${where}\` does not hold a master key`, {
		help: 'a master key is 32 random bytes: raw, 44 characters of base64, or 64 of hex',
	});
}

/**
 * The key must be on disk, name and all, before anything is sealed under it: evidence without it is noise.
 * It appears under its name whole or not at all, also when two processes make it at once.
 */
function makeKeyFile(path: string): void {
	const folder = dirname(path);
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const draft = `${path}.${randomBytes(6).toString('hex')}`;
	const file = openSync(draft, 'wx', 0o600);
	try {
		writeSync(file, `${randomBytes(32).toString('base64')}\n`);
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
	try {
		linkSync(draft, path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	} finally {
		unlinkSync(draft);
	}
	for (const made of [folder, dirname(folder)]) syncFolder(made);
}

function syncFolder(path: string): void {
	const folder = openSync(path, 'r');
	try {
		fsyncSync(folder);
	} finally {
		closeSync(folder);
	}
}
