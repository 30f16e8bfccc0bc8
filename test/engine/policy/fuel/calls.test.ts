import fc from 'fast-check';
import t from 'tap';
import {
	type CallGraph,
	FREE_INSTRUCTIONS,
	payingEntries,
	silentFunctions,
} from '../../../../engine/policy/fuel/calls.ts';
import type { Body } from '../../../../engine/policy/fuel/scan.ts';

const body = (instructions: number, calls: readonly number[], indirectCalls = 0): Body => ({
	...{ localGroups: 0, localsAt: 0, locals: 0, codeAt: 0, end: 0, loops: [], callsInLoops: [], bulks: [] },
	...{ instructions, calls, indirectCalls },
});

/** Up to 12 functions of which some are the host's, with any calls. */
const graphs: fc.Arbitrary<CallGraph> = fc
	.record({ own: fc.integer({ min: 1, max: 10 }), importedFunctions: fc.integer({ min: 0, max: 2 }) })
	.chain(({ own, importedFunctions }) => {
		const index = fc.integer({ min: 0, max: own + importedFunctions - 1 });
		const size = fc.integer({ min: 1, max: FREE_INSTRUCTIONS + 1 });
		const one = fc
			.tuple(size, fc.array(index, { maxLength: 3 }), fc.constantFrom(0, 0, 0, 1, 2))
			.map(([instructions, calls, indirect]) => body(instructions, calls, indirect));
		return fc.record({
			importedFunctions: fc.constant(importedFunctions),
			bodies: fc.array(one, { minLength: own, maxLength: own }),
			tableMembers: fc.array(index, { maxLength: 4 }),
		});
	});

/** Callees of a function, once for each call, the host's left out. */
function callees({ bodies, importedFunctions, tableMembers }: CallGraph, caller: number): number[] {
	const { calls, indirectCalls } = bodies[caller]!;
	const indirect = Array.from({ length: indirectCalls }, () => tableMembers).flat();
	return [...calls, ...indirect].map((index) => index - importedFunctions).filter((index) => index >= 0);
}

/** Whether a function can come to itself again without passing one of `without`. */
function returns(graph: CallGraph, start: number, without: (index: number) => boolean = () => false): boolean {
	const seen = new Set<number>();
	const open = callees(graph, start);
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		if (next === start) return true;
		if (seen.has(next) || without(next)) continue;
		seen.add(next);
		open.push(...callees(graph, next));
	}
	return false;
}

t.test('on every cycle somebody pays, and nobody else unless much would run unpaid', async () => {
	fc.assert(
		fc.property(graphs, (graph) => {
			const pays = payingEntries(graph);
			const heaviest = Math.max(...graph.bodies.map(({ instructions }) => instructions));
			return graph.bodies.every((_, index) => {
				// Whoever does not pay cannot come to itself again past those that do.
				if (pays[index] === 0) return !returns(graph, index, (other) => pays[other] === 1);
				// At most 10 functions deep, 5 calls each and some: small ones can never come to the bound.
				return (
					returns(graph, index) ||
					heaviest * (callees(graph, index).length + 1) ** graph.bodies.length > FREE_INSTRUCTIONS
				);
			});
		}),
		{ numRuns: 500 },
	);
});

t.test('what is called in most places goes free', async (t) => {
	// 0 compares values; 1 compares lists of them, and is called by 0 alone; the others call 0.
	const graph = {
		importedFunctions: 0,
		bodies: [body(5, [1]), body(5, [0]), body(5, [0]), body(5, [0]), body(5, [0, 0])],
		tableMembers: [],
	};
	t.strictSame([...payingEntries(graph)], [0, 1, 0, 0, 0]);
});

t.test('who takes no fuel: neither itself nor anybody whom it calls', async (t) => {
	// 0 is the host's. 1 calls nobody; 2 calls 1; 3 calls 2 and the host; 4 calls 3; 5 pays; 6 calls 5 and 1.
	const graph = {
		importedFunctions: 1,
		bodies: [body(5, []), body(5, [1]), body(5, [2, 0]), body(5, [3]), body(5, []), body(5, [5, 1]), body(5, [], 1)],
		tableMembers: [],
	};
	t.strictSame([...silentFunctions(graph, Uint8Array.of(0, 0, 0, 0, 1, 0, 0))], [1, 1, 0, 0, 0, 0, 0]);
});

t.test('what a unit buys is bounded', async () => {
	fc.assert(
		fc.property(graphs, (graph) => {
			const pays = payingEntries(graph);
			// The longest unpaid run, followed call by call; it ends because every cycle pays.
			const unpaid = (index: number): number => {
				const { instructions, calls, indirectCalls } = graph.bodies[index]!;
				const free = (callee: number): number => {
					const own = callee - graph.importedFunctions;
					return own < 0 || pays[own] ? 0 : unpaid(own);
				};
				const direct = calls.reduce((sum, callee) => sum + free(callee), 0);
				if (indirectCalls === 0) return instructions + direct;
				return instructions + direct + indirectCalls * Math.max(0, ...graph.tableMembers.map(free));
			};
			return graph.bodies.every((_, index) => pays[index] === 1 || unpaid(index) <= FREE_INSTRUCTIONS);
		}),
		{ numRuns: 500 },
	);
});

t.test('a chain of calls deeper than any stack', async (t) => {
	const bodies = Array.from({ length: 200_000 }, (_, i) => body(2, i === 0 ? [] : [i - 1]));
	const pays = payingEntries({ bodies, importedFunctions: 0, tableMembers: [] });
	t.equal(pays.indexOf(1), FREE_INSTRUCTIONS / 2, 'as soon as it has become long');
	const round = bodies.map((one, i) => (i === 0 ? body(2, [bodies.length - 1]) : one));
	t.notOk(payingEntries({ bodies: round, importedFunctions: 0, tableMembers: [] }).includes(0), 'closed, all pay');
});

t.test('a member of a table that calls nothing is free, also beside one that calls the table', async (t) => {
	const bodies = [body(1, [], 1), body(1, []), body(1, [0])];
	t.strictSame([...payingEntries({ bodies, importedFunctions: 0, tableMembers: [0, 1] })], [1, 0, 0]);
	const heavy = [body(1, [], 1), body(FREE_INSTRUCTIONS, []), body(1, [], 1)];
	t.strictSame([...payingEntries({ bodies: heavy, importedFunctions: 0, tableMembers: [0, 1] })], [1, 0, 1]);
});
