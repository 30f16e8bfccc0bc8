/** A directed graph: for each node those that it leads to. Nothing here recurses: call chains may be deeper than our stack. */
export type Edges = readonly (readonly number[])[];

/** All nodes, each behind those that it leads to; a way ends at a node of `ends`. Without those there are no cycles. */
export function calleesFirst(successors: Edges, ends: Uint8Array): readonly number[] {
	const known = ends.slice();
	const order: number[] = [];
	const seen = new Uint8Array(successors.length);
	const next = new Int32Array(successors.length);
	for (const root of successors.keys()) {
		if (seen[root]) continue;
		const path = [root];
		seen[root] = 1;
		for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
			const successor = successors[node]![next[node]!++];
			if (successor === undefined) {
				order.push(node);
				path.pop();
			} else if (!seen[successor] && !known[successor]) {
				seen[successor] = 1;
				path.push(successor);
			}
		}
	}
	return order;
}

/**
 * The strongly connected components of the graph that these nodes make among themselves, by Tarjan (Depth-first search
 * and linear graph algorithms, 1972).
 */
export function components(nodes: readonly number[], successors: Edges): number[][] {
	const among = new Set(nodes);
	const order = new Map<number, number>();
	const low = new Map<number, number>();
	const next = new Map<number, number>();
	const done = new Set<number>();
	const open: number[] = [];
	const found: number[][] = [];
	const path: number[] = [];
	const enter = (node: number): void => {
		low.set(node, order.size);
		order.set(node, order.size);
		next.set(node, 0);
		path.push(node);
		open.push(node);
	};
	for (const root of nodes) {
		if (order.has(root)) continue;
		enter(root);
		for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
			const at = next.get(node)!;
			const successor = successors[node]![at];
			if (successor !== undefined) {
				next.set(node, at + 1);
				if (!among.has(successor) || done.has(successor)) continue;
				if (!order.has(successor)) enter(successor);
				else low.set(node, Math.min(low.get(node)!, order.get(successor)!));
				continue;
			}
			path.pop();
			const caller = path.at(-1);
			if (caller !== undefined) low.set(caller, Math.min(low.get(caller)!, low.get(node)!));
			if (low.get(node) !== order.get(node)) continue;
			const members = open.splice(open.lastIndexOf(node));
			for (const member of members) done.add(member);
			found.push(members);
		}
	}
	return found;
}
