import { calleesFirst, components, type Edges } from './graph.ts';
import type { Body } from './scan.ts';

/**
 * A function that may run more instructions than this before anything in it pays, pays at its entry. Code without
 * loops and recursion can take for ever too: `f9(x) := f8(f8(x))`, `f8(x) := f7(f7(x))`, … doubles with each line.
 */
export const FREE_INSTRUCTIONS = 1024;

/** In a component of more functions all pay: OPA's have at most some dozens, and to look for the best takes the square of it. */
const LARGE = 500;

/** A module's functions as a graph. */
export interface CallGraph {
	/** Functions of the host: they have the first indices, and what they call back is theirs to bound. */
	readonly importedFunctions: number;
	readonly bodies: readonly Body[];
	/** All functions that `call_indirect` may reach. */
	readonly tableMembers: readonly number[];
}

/**
 * Which functions pay at their entry, by index among the module's own: at least one on every cycle of the call graph,
 * and as many others as it takes to bound what runs unpaid.
 */
export function payingEntries(graph: CallGraph): Uint8Array {
	const successors = edges(graph);
	const pays = new Uint8Array(successors.length);
	breakCycles(graph, successors, pays);
	boundStretches(graph, successors, pays);
	return pays.subarray(0, graph.bodies.length);
}

/**
 * Of every cycle one function pays: of a component, the one that is called in the fewest places, until nothing calls
 * itself unpaid. What everything calls, such as the comparison of two values, mostly calls nobody, and goes free.
 */
function breakCycles(graph: CallGraph, successors: Edges, pays: Uint8Array): void {
	const { bodies } = graph;
	const places = callSites(graph);
	const open = components([...successors.keys()], successors);
	for (let members = open.pop(); members !== undefined; members = open.pop()) {
		if (members.length === 1 && !successors[members[0]!]!.includes(members[0]!)) continue;
		// The last node stands for the table, which is no function.
		const functions = members.filter((member) => member < bodies.length);
		if (functions.length > LARGE) {
			for (const member of functions) pays[member] = 1;
			continue;
		}
		const payer = functions.reduce((best, member) => (places[member]! < places[best]! ? member : best));
		pays[payer] = 1;
		const rest = members.filter((member) => member !== payer);
		open.push(...components(rest, successors));
	}
}

/** In how many places each function is called by name. */
function callSites({ bodies, importedFunctions }: CallGraph): Uint32Array {
	const places = new Uint32Array(bodies.length);
	for (const { calls } of bodies) {
		for (const callee of calls) if (callee >= importedFunctions) places[callee - importedFunctions]!++;
	}
	return places;
}

/** Where much would run before anybody pays, the caller does. Nothing calls itself unpaid any more, so this ends. */
function boundStretches(graph: CallGraph, successors: Edges, pays: Uint8Array): void {
	const { bodies, importedFunctions } = graph;
	const table = bodies.length;
	const unpaid = new Float64Array(successors.length);
	for (const node of calleesFirst(successors, pays)) {
		if (node === table) {
			unpaid[table] = dearest(graph, unpaid, pays);
			continue;
		}
		const { instructions, calls, indirectCalls } = bodies[node]!;
		let work = instructions + indirectCalls * unpaid[table]!;
		for (const callee of calls) {
			const index = callee - importedFunctions;
			if (index >= 0 && !pays[index]) work += unpaid[index]!;
		}
		unpaid[node] = work;
		if (work > FREE_INSTRUCTIONS) pays[node] = 1;
	}
}

/** Functions that take no fuel, nor does anybody whom they call: 1, by index among the module's own. */
export function silentFunctions({ bodies, importedFunctions }: CallGraph, pays: Uint8Array): Uint8Array {
	const silent = new Uint8Array(bodies.length);
	const callers = bodies.map((): number[] => []);
	const loud: number[] = [];
	for (const [index, { loops, bulks, calls, indirectCalls }] of bodies.entries()) {
		const host = calls.some((callee) => callee < importedFunctions);
		silent[index] = pays[index] || loops.length > 0 || bulks.length > 0 || indirectCalls > 0 || host ? 0 : 1;
		if (silent[index] === 0) loud.push(index);
		for (const callee of new Set(calls))
			if (callee >= importedFunctions) callers[callee - importedFunctions]!.push(index);
	}
	for (let index = loud.pop(); index !== undefined; index = loud.pop()) {
		for (const caller of callers[index]!) {
			if (silent[caller] === 0) continue;
			silent[caller] = 0;
			loud.push(caller);
		}
	}
	return silent;
}

/** Each own function's callees without the host's; the last node's are the members of the tables. */
function edges({ bodies, importedFunctions, tableMembers }: CallGraph): Edges {
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
