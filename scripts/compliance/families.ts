import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join, sep } from 'node:path';
import type { PolicyFile } from '../../engine/policy/types.ts';

/** The cases of one folder, as files in OPA's test format. */
export interface Family {
	readonly name: string;
	/** Paths are relative to the folder that was read, with `/`. */
	readonly files: readonly PolicyFile[];
}

/** Every folder directly in `dir` is a family, whatever lies deeper; files directly in `dir` are one of its own name. */
export async function readFamilies(dir: string): Promise<Family[]> {
	const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
		throw new Error(`the folder \`${dir}\` cannot be read (${error.code})`);
	});
	const families = new Map<string, PolicyFile[]>();
	for (const entry of entries) {
		if (!entry.isFile() || !['.yaml', '.yml', '.json'].includes(extname(entry.name))) continue;
		const file = join(entry.parentPath, entry.name);
		const parts = file.slice(join(dir, sep).length).split(sep);
		const name = parts.length > 1 ? parts[0]! : basename(dir);
		const files = families.get(name) ?? [];
		files.push({ path: parts.join('/'), text: await readFile(file, 'utf8') });
		families.set(name, files);
	}
	return [...families]
		.map(([name, files]) => ({ name, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) }))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}
