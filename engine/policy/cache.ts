import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packBundle, readBundle } from './bundle.ts';
import type { CompiledPolicy } from './types.ts';

/** A compiled policy from the cache; whatever is damaged there counts as not there. */
export async function readCached(cacheDir: string, key: string, revision: string): Promise<CompiledPolicy | undefined> {
	const bytes = await readFile(entry(cacheDir, key)).catch(() => undefined);
	if (bytes === undefined) return undefined;
	const bundled = await readBundle(bytes).catch(() => undefined);
	if (bundled?.revision !== revision) return undefined;
	const { signature: _, ...policy } = bundled;
	return policy;
}

/**
 * Puts a policy into the cache, whole or not at all: readers in other processes see only complete files. A cache
 * that cannot be written costs time, nothing else, so it is no error.
 */
export async function writeCached(cacheDir: string, key: string, policy: CompiledPolicy): Promise<void> {
	const path = entry(cacheDir, key);
	const partial = `${path}.${randomUUID()}.partial`;
	try {
		await mkdir(join(path, '..'), { recursive: true });
		await writeFile(partial, packBundle(policy), { mode: 0o600 });
		await rename(partial, path);
	} catch {
		await rm(partial, { force: true }).catch(() => {});
	}
}

function entry(cacheDir: string, key: string): string {
	return join(cacheDir, 'policies', `${key}.tar.gz`);
}
