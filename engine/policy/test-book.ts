import type { RegoTest } from './rego-tests.ts';
import type { ModuleOutcome } from './rego-tests-module.ts';
import type { PolicyFile } from './types.ts';

/** How the tests of a package went; outcomes in the engine by the names of the tests. */
interface BookedPackage {
	readonly tests: readonly RegoTest[];
	readonly outcomes: Map<string, ModuleOutcome>;
}

/**
 * What unit tests gave, by all that they are made of: as long as neither the modules that a package's tests reach nor the
 * data changes, they need not run again. The compiler says what they reach. Tests that ask for the time or for chance are
 * never booked.
 */
export class TestBook {
	#data = '';
	readonly #packages = new Map<string, BookedPackage>();
	#generated: { readonly of: string; readonly files: readonly PolicyFile[] } | undefined;
	/** Tests that ran since the last `count`. */
	#ran = 0;
	/** Tests of the last whole run. */
	#all = 0;

	/** The bases that need no run with this data; with other data than before, none. */
	known(data: unknown): readonly string[] {
		const text = JSON.stringify(data);
		if (text !== this.#data) this.#packages.clear();
		this.#data = text;
		return [...this.#packages.keys()];
	}

	/** The generated modules of these, made by `make` unless they were asked for before. */
	async generated(modules: readonly PolicyFile[], make: () => Promise<readonly PolicyFile[]>) {
		const of = JSON.stringify(modules);
		if (this.#generated?.of !== of) this.#generated = { of, files: await make() };
		return this.#generated.files;
	}

	/** Takes down what ran, and gives it with what is known of the other packages, in the order of the files. */
	complete(fresh: readonly RegoTest[], bases: Readonly<Record<string, string>>, whole: boolean): readonly RegoTest[] {
		const known = Object.values(bases).flatMap((basis) => this.#packages.get(basis)?.tests ?? []);
		for (const [name, basis] of Object.entries(bases)) {
			if (this.#packages.has(basis)) continue;
			this.#packages.set(basis, { tests: fresh.filter((test) => test.package === name), outcomes: new Map() });
		}
		if (whole) {
			const current = new Set(Object.values(bases));
			for (const basis of this.#packages.keys()) if (!current.has(basis)) this.#packages.delete(basis);
		}
		this.#ran += fresh.length;
		if (whole) this.#all = fresh.length + known.length;
		return [...fresh, ...known].sort(byPlace);
	}

	/** What a test gave in the engine; undefined: it has to run. */
	outcome(test: RegoTest): ModuleOutcome | undefined {
		return this.#of(test)?.outcomes.get(test.name);
	}

	/** Takes down what tests gave in the engine. */
	note(outcomes: readonly ModuleOutcome[]): void {
		for (const outcome of outcomes) this.#of(outcome.test)?.outcomes.set(outcome.test.name, outcome);
	}

	/** How many tests ran since it was last asked, of all. */
	count(): { readonly ran: number; readonly all: number } {
		const counts = { ran: this.#ran, all: this.#all };
		this.#ran = 0;
		return counts;
	}

	#of(test: RegoTest): BookedPackage | undefined {
		for (const booked of this.#packages.values()) if (booked.tests.includes(test)) return booked;
		return undefined;
	}
}

function byPlace(a: RegoTest, b: RegoTest): number {
	if (a.file !== b.file) return a.file < b.file ? -1 : 1;
	return a.row - b.row || a.col - b.col || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
