import type { Body } from './scan.ts';

/**
 * A function that may run more instructions than this before anything in it pays, pays at its entry. Code without
 * loops and recursion can take for ever too: `f9(x) := f8(f8(x))`, `f8(x) := f7(f7(x))`, … doubles with each line.
 */
export const FREE_INSTRUCTIONS = 1024;

/** A module's functions as a graph. */
export interface CallGraph {
	/** Functions of the host: they have the first indices, and what they call back is theirs to bound. */
	readonly importedFunctions: number;
	readonly bodies: readonly Body[];
	/** All functions that `call_indirect` may reach. */
	readonly tableMembers: readonly number[];
}

/**
 * Which functions pay at their entry, by index among the module's own: those on a cycle of the call graph, and as
 * many others as it takes to bound what runs unpaid. Strongly connected components by Tarjan (Depth-first search and
 * linear graph algorithms, 1972), without recursion: call chains of a module may be deeper than our stack.
 */
export function payingEntries(graph: CallGraph): Uint8Array {
	const { bodies, importedFunctions } = graph;
	const successors = edges(graph);
	// One more node stands for "whatever is in a table".
	const count = bodies.length + 1;
	const table = bodies.length;
	const pays = new Uint8Array(count);
	const unpaid = new Float64Array(count);
	const order = new Int32Array(count);
	const low = new Int32Array(count);
	const next = new Int32Array(count);
	const done = new Uint8Array(count);
	const path: number[] = [];
	const open: number[] = [];
	let visited = 0;

	const enter = (node: number): void => {
		visited++;
		order[node] = visited;
		low[node] = visited;
		path.push(node);
		open.push(node);
	};
	/** All components that this one calls are closed already, so what they cost is known. */
	const close = (node: number): void => {
		const from = open.lastIndexOf(node);
		const members = open.splice(from);
		const cyclic = members.length > 1 || successors[node]!.includes(node);
		for (const member of members) {
			done[member] = 1;
			if (cyclic) pays[member] = 1;
		}
		// First the table: the functions of its component pay, and it costs what the dearest of the others does.
		if (members.includes(table)) unpaid[table] = dearest(graph, unpaid, pays);
		for (const member of members) {
			if (member === table) continue;
			unpaid[member] = total(member);
			if (unpaid[member]! > FREE_INSTRUCTIONS) pays[member] = 1;
		}
	};
	const total = (node: number): number => {
		const { instructions, calls, indirectCalls } = bodies[node]!;
		let work = instructions + indirectCalls * unpaid[table]!;
		for (const callee of calls) {
			const index = callee - importedFunctions;
			if (index >= 0 && !pays[index]) work += unpaid[index]!;
		}
		return work;
	};

	for (let root = 0; root < count; root++) {
		if (order[root] !== 0) continue;
		enter(root);
		while (path.length > 0) {
			const node = path[path.length - 1]!;
			const list = successors[node]!;
			if (next[node]! < list.length) {
				const successor = list[next[node]!++]!;
				if (order[successor] === 0) enter(successor);
				else if (!done[successor]) low[node] = Math.min(low[node]!, order[successor]!);
				continue;
			}
			path.pop();
			const caller = path[path.length - 1];
			if (caller !== undefined) low[caller] = Math.min(low[caller]!, low[node]!);
			if (low[node] === order[node]) close(node);
		}
	}
	return pays.subarray(0, bodies.length);
}

/** Each own function's callees without the host's; the last node's are the members of the tables. */
function edges({ bodies, importedFunctions, tableMembers }: CallGraph): readonly (readonly number[])[] {
	const own = (indices: readonly number[]): number[] => {
		const list = new Set<number>();
		for (const index of indices) if (index >= importedFunctions) list.add(index - importedFunctions);
		return [...list];
	};
	const lists = bodies.map(({ calls, indirectCalls }) => {
		const list = own(calls);
		if (indirectCalls > 0) list.push(bodies.length);
		return list;
	});
	lists.push(own(tableMembers));
	return lists;
}

/** A `call_indirect` runs one member of a table: at worst the dearest. */
function dearest({ tableMembers, importedFunctions }: CallGraph, unpaid: Float64Array, pays: Uint8Array): number {
	let most = 0;
	for (const member of tableMembers) {
		const index = member - importedFunctions;
		if (index >= 0 && !pays[index]) most = Math.max(most, unpaid[index]!);
	}
	return most;
}
