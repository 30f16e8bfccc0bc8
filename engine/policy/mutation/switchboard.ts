import type { Builtin } from '../builtins/types.ts';
import type { Numbered } from './mutant.ts';

/** How often an evaluation came to the changed place of a mutant, and how often what stands there held. */
export interface Passage {
	readonly reached: number;
	readonly passed: number;
}

/** The host's side of a module with mutants: says which one is in force, and takes down where evaluations come by. */
export class Switchboard {
	#mutant = 0;
	#definition = 0;
	#reached = 0;
	#passed = 0;
	#definitions = new Set<number>();

	/** The functions that such a module calls. */
	readonly builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
		[
			'sluice.reached',
			() => {
				this.#reached++;
				return true;
			},
		],
		[
			'sluice.passed',
			() => {
				this.#passed++;
				return true;
			},
		],
	]);

	/** What a module asks with a number as a constant, at every definition. */
	readonly switches: ReadonlyMap<string, (number: number) => boolean> = new Map([
		['sluice.on', (mutant: number) => mutant === this.#mutant],
		[
			'sluice.original',
			(definition: number) => {
				if (this.#definition === -1) this.#definitions.add(definition);
				return definition !== this.#definition;
			},
		],
	]);

	/** No mutant: the policy as it was written. */
	off(): void {
		this.#mutant = 0;
		this.#definition = 0;
	}

	/** The policy as it was written, telling which definitions are evaluated. */
	trace(): void {
		this.#mutant = 0;
		this.#definition = -1;
		this.#definitions = new Set();
	}

	/** Definitions since `trace`. */
	get traced(): ReadonlySet<number> {
		return this.#definitions;
	}

	/** That mutant; `written`: its definition as it was written, with the mutant's probes. */
	on(mutant: Numbered, written = false): void {
		this.#mutant = written ? -mutant.number : mutant.number;
		this.#definition = mutant.definition;
		this.#reached = 0;
		this.#passed = 0;
	}

	/** Since `on`. */
	get passage(): Passage {
		return { reached: this.#reached, passed: this.#passed };
	}
}
