import { compare, RegoSet, type Value } from '../value/value.ts';
import { membersOf, objectOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** Nodes that all paths together may have: the number of paths can double with every node of the graph. */
const MOST_NODES = 250_000;
/** Edges that one search may follow. */
const MOST_STEPS = 1_000_000;

/** What of `graph.*` is not native in the module. */
export const graphs = {
	'graph.reachable_paths': (_: unknown, graph: Value, initial: Value) => {
		const search = new PathSearch(objectOf(graph).entries);
		for (const start of membersOf(initial)) search.from(start);
		return new RegoSet(search.paths);
	},
} satisfies Record<string, Builtin>;

/** A node on the path that is looked at. */
interface Place {
	readonly node: Value;
	/** Where it is in the graph */
	readonly index: number;
	readonly neighbours: readonly Value[];
	/** How many of them are done */
	next: number;
}

/** Depth first without recursion, as a path can be as long as the graph. */
class PathSearch {
	readonly paths: Value[][] = [];
	readonly #entries: readonly (readonly [Value, Value])[];
	readonly #path: Place[] = [];
	/** How often each node of the graph is on the path. */
	readonly #onPath: Uint8Array;
	#nodes = 0;
	#steps = 0;

	constructor(entries: readonly (readonly [Value, Value])[]) {
		this.#entries = entries;
		this.#onPath = new Uint8Array(entries.length);
	}

	/** All paths from `start` that end at a node without neighbours, before one that is unknown, or where a circle closes. */
	from(start: Value): void {
		const index = this.#indexOf(start);
		if (index >= 0) this.#enter(start, index);
		for (let place = this.#path.at(-1); place !== undefined; place = this.#path.at(-1)) {
			if (place.next === place.neighbours.length) {
				this.#onPath[place.index]!--;
				this.#path.pop();
			} else {
				this.#follow(place.neighbours[place.next++]!);
			}
		}
	}

	#follow(node: Value): void {
		if (++this.#steps > MOST_STEPS) throw new BuiltinError('too many paths');
		const index = this.#indexOf(node);
		// From the start OPA goes everywhere, to itself too; that it is a circle counts one step later.
		const isCircle = this.#path.length > 1 && this.#onPath[index]! > 0;
		if (index < 0 || isCircle) this.#end();
		else this.#enter(node, index);
	}

	#enter(node: Value, index: number): void {
		const neighbours = verticesOf(this.#entries[index]![1]);
		this.#path.push({ node, index, neighbours, next: 0 });
		this.#onPath[index]!++;
		if (neighbours.length === 0) this.#end();
	}

	#end(): void {
		this.#nodes += this.#path.length;
		if (this.#nodes > MOST_NODES) throw new BuiltinError('too many paths');
		this.paths.push(this.#path.map(({ node }) => node));
	}

	/** The entries are in Rego's order. */
	#indexOf(node: Value): number {
		let [from, to] = [0, this.#entries.length - 1];
		while (from <= to) {
			const middle = (from + to) >> 1;
			const order = compare(this.#entries[middle]![0], node);
			if (order === 0) return middle;
			if (order < 0) from = middle + 1;
			else to = middle - 1;
		}
		return -1;
	}
}

/** What is neither an array nor a set has no neighbours. */
function verticesOf(value: Value): readonly Value[] {
	return value instanceof RegoSet || Array.isArray(value) ? membersOf(value as Value) : [];
}
