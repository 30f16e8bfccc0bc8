import type { Policy } from '../../engine/policy/load.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';

/** Keeps the bundle of every revision that ever judged. `put` resolves when it is on stable storage. */
export interface RevisionStore {
	put(revision: string, bundle: Buffer): Promise<void>;
	get(revision: string): Promise<Buffer | undefined>;
}

/** The bundle format, `engine/policy/bundle.ts`. */
export interface BundleFormat {
	pack(compiled: CompiledPolicy): Buffer | Promise<Buffer>;
	unpack(bundle: Buffer): CompiledPolicy | Promise<CompiledPolicy>;
}

/** How many old policies stay loaded; each is a WebAssembly instance with its memory. */
const LOADED = 8;

/** Old revisions, for judging recorded sessions as they were judged. */
export class PolicyArchive {
	readonly #store: RevisionStore;
	readonly #bundle: BundleFormat;
	readonly #load: (compiled: CompiledPolicy) => Policy;
	/** Least recently used first. */
	readonly #loaded = new Map<string, Promise<Policy | undefined>>();

	constructor(store: RevisionStore, bundle: BundleFormat, load: (compiled: CompiledPolicy) => Policy) {
		this.#store = store;
		this.#bundle = bundle;
		this.#load = load;
	}

	/** Resolves when the revision is kept. */
	async keep(compiled: CompiledPolicy): Promise<void> {
		if ((await this.#store.get(compiled.revision)) !== undefined) return;
		await this.#store.put(compiled.revision, await this.#bundle.pack(compiled));
	}

	/** The policy of that revision, ready to judge; undefined when it was never kept. */
	policy(revision: string): Promise<Policy | undefined> {
		const known = this.#loaded.get(revision) ?? this.#fetch(revision);
		this.#loaded.delete(revision);
		this.#loaded.set(revision, known);
		for (const oldest of this.#loaded.keys()) {
			if (this.#loaded.size <= LOADED) break;
			this.#loaded.delete(oldest);
		}
		return known;
	}

	async #fetch(revision: string): Promise<Policy | undefined> {
		try {
			const bundle = await this.#store.get(revision);
			if (bundle !== undefined) return this.#load(await this.#bundle.unpack(bundle));
			this.#loaded.delete(revision); // another process may keep it later
		} catch (error) {
			this.#loaded.delete(revision);
			throw error;
		}
		return undefined;
	}
}
