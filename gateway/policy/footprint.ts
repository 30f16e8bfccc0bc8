import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A text that differs when something at or below `paths` may have changed: names, sizes, inodes and change times,
 * no contents. Cheap enough to ask for twice a second. Dot entries and `node_modules` are passed over, as when a
 * policy folder is read; what cannot be looked at is part of the text too. Never rejects.
 */
export async function footprint(paths: readonly string[]): Promise<string> {
	const marks: string[] = [];
	const seen = new Set<string>();
	const look = async (path: string): Promise<void> => {
		try {
			const entry = await stat(path, { bigint: true });
			if (!entry.isDirectory()) {
				// ctime as well: tools that restore a file's mtime cannot set that one
				marks.push(`${path} ${entry.ino} ${entry.size} ${entry.mtimeNs} ${entry.ctimeNs}`);
				return;
			}
			const real = await realpath(path);
			if (seen.has(real)) return;
			seen.add(real);
			for (const name of (await readdir(path)).sort()) {
				if (!name.startsWith('.') && name !== 'node_modules') await look(join(path, name));
			}
		} catch (error) {
			marks.push(`${path} ${(error as NodeJS.ErrnoException).code}`);
		}
	};
	for (const path of paths) await look(path);
	return marks.join('\n');
}
