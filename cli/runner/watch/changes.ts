import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../../gateway/clock.ts';
import { WatchedTree } from './tree.ts';

/** An editor writes a file in several steps: after a notice, this long without another, ms. */
const QUIET_MS = 4;
/** How long a file that has become empty is given to be written, ms. */
const HALF_SAVED_MS = 100;
/** Notices get lost (network mounts, folders that are swapped): the files are looked at this often in any case, ms. */
const POLL_MS = 500;

/**
 * Waits for files to change. Notices of the file system say when to look, the files themselves say what changed: so a
 * save counts however it was made (in place, by a rename, as a new file in a new folder), and one that falls into a run
 * is found after it.
 */
export class Changes {
	readonly #tree = new WatchedTree();
	readonly #clock: Clock;
	readonly #watchers = new Map<string, FSWatcher>();
	#wake: () => void = () => {};
	#noticed = false;
	#closed = false;

	readonly #anchor: FSWatcher;

	/** `anchor`: a folder that is there; as long as it is watched, the process waits. */
	constructor(clock: Clock, anchor: string) {
		this.#clock = clock;
		this.#anchor = watch(anchor);
		this.#anchor.on('error', () => {});
	}

	/** What counts from now on, files or folders. Changes since the last look are kept. */
	async over(roots: readonly string[]): Promise<void> {
		this.#tree.roots = roots;
		const folders = new Set<string>();
		for (const root of roots) {
			const found = await stat(root).catch(() => undefined);
			folders.add(found?.isDirectory() === true ? root : dirname(root));
		}
		for (const [folder, watcher] of this.#watchers) {
			if (folders.has(folder)) continue;
			watcher.close();
			this.#watchers.delete(folder);
		}
		for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder);
	}

	/** Takes the files as they are now; gives those that are not as at the last look. */
	look(): Promise<readonly string[]> {
		return this.#tree.look();
	}

	/** The files that changed, as soon as there is one; empty: it was closed. */
	async next(): Promise<readonly string[]> {
		while (!this.#closed) {
			// one that was saved empty gives a verdict too, a moment later
			if (await this.#tree.isHalfSaved()) await this.#pause(HALF_SAVED_MS);
			const changed = await this.look();
			if (changed.length > 0) return changed;
			await this.#notice();
		}
		return [];
	}

	close(): void {
		this.#closed = true;
		this.#anchor.close();
		for (const watcher of this.#watchers.values()) watcher.close();
		this.#watchers.clear();
		this.#wake();
	}

	#watch(folder: string): void {
		try {
			const watcher = watch(folder, { recursive: true, persistent: true }, () => {
				this.#noticed = true;
				this.#wake();
			});
			// the folder has gone: polling finds it when it is back, and then it is watched again
			watcher.on('error', () => {
				watcher.close();
				this.#watchers.delete(folder);
			});
			this.#watchers.set(folder, watcher);
		} catch {
			// not there, or no watch is left: polling does it
		}
	}

	/** Ends with a notice and the quiet after it, or after a while without one. */
	async #notice(): Promise<void> {
		if (!this.#noticed) await this.#pause(POLL_MS);
		while (this.#noticed && !this.#closed) {
			this.#noticed = false;
			await this.#pause(QUIET_MS);
		}
	}

	/** Until a notice, or `ms`. */
	#pause(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const cancel = this.#clock.after(ms, resolve);
			this.#wake = () => {
				cancel();
				resolve();
			};
		});
	}
}
