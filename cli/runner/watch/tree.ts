import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What tests read: Rego, data, suites, snapshots, sessions, configuration, detectors. */
const READ = /\.(rego|ya?ml|json|jsonl|jsonl\.gz|toml)$/;

/** Larger files are told apart by their time and size alone. */
const MOST_HASHED = 4 * 1024 * 1024;

interface Seen {
	readonly empty: boolean;
	/** Size, times and identity: as long as these are the same, the file is. */
	readonly stamp: string;
	readonly content: string;
}

/** The files below some folders, by content: a file that was only touched has not changed. */
export class WatchedTree {
	#roots: readonly string[] = [];
	#seen: ReadonlyMap<string, Seen> | undefined;

	/** Files or folders; a folder counts with all below it, dot folders and `node_modules` apart. */
	set roots(roots: readonly string[]) {
		this.#roots = [...new Set(roots)].sort();
	}

	/** Whether a file is empty that was not at the last look: whoever saves it is probably about to write it. */
	async isHalfSaved(): Promise<boolean> {
		const before = this.#seen;
		if (before === undefined) return false;
		const now = new Map<string, Seen>();
		for (const root of this.#roots) await this.#walk(root, true, now);
		return [...now].some(([path, { empty }]) => empty && before.get(path)?.empty === false);
	}

	/** Paths that were changed, added or removed since the last look, sorted; none at the first. */
	async look(): Promise<readonly string[]> {
		const before = this.#seen;
		const now = new Map<string, Seen>();
		for (const root of this.#roots) await this.#walk(root, true, now);
		this.#seen = now;
		if (before === undefined) return [];
		const changed = [...now].filter(([path, { content }]) => before.get(path)?.content !== content);
		const gone = [...before.keys()].filter((path) => !now.has(path));
		return [...changed.map(([path]) => path), ...gone].sort();
	}

	async #walk(path: string, named: boolean, found: Map<string, Seen>): Promise<void> {
		if (found.has(path)) return;
		const entry = await stat(path, { bigint: true }).catch(() => undefined);
		if (entry?.isDirectory() === true) {
			for (const name of (await readdir(path).catch(() => [])).sort()) {
				if (!name.startsWith('.') && name !== 'node_modules') await this.#walk(join(path, name), false, found);
			}
		} else if (entry?.isFile() === true && (named || READ.test(path))) {
			const stamp = `${entry.ino} ${entry.size} ${entry.mtimeNs} ${entry.ctimeNs}`;
			const known = this.#seen?.get(path);
			const content = known?.stamp === stamp ? known.content : await contentOf(path, Number(entry.size), stamp);
			found.set(path, { stamp, content, empty: entry.size === 0n });
		}
	}
}

async function contentOf(path: string, size: number, stamp: string): Promise<string> {
	if (size > MOST_HASHED) return stamp;
	const bytes = await readFile(path).catch(() => undefined);
	return bytes === undefined ? stamp : createHash('sha256').update(bytes).digest('hex');
}
