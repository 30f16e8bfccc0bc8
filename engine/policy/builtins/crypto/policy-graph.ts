import type { Certificate } from './certificate.ts';

/** `anyPolicy`, 2.5.29.32.0, as a key. */
const ANY = Buffer.from('551d2000', 'hex').toString('latin1');

interface Node {
	readonly policy: string;
	expected: readonly string[];
	readonly parents: Set<Node>;
	readonly children: Set<Node>;
}

/** The policies that are valid at each depth of a chain, with what they come from (RFC 9618 §5). */
class PolicyGraph {
	readonly #strata: Map<string, Node>[] = [new Map()];
	#byExpected = new Map<string, Node[]>();

	constructor() {
		this.insert(ANY, []);
	}

	get #leaves(): Map<string, Node> {
		return this.#strata.at(-1)!;
	}

	get #above(): Map<string, Node> | undefined {
		return this.#strata.at(-2);
	}

	insert(policy: string, parents: readonly Node[], expected: readonly string[] = [policy]): void {
		const node: Node = { policy, expected, parents: new Set(parents), children: new Set() };
		for (const parent of parents) parent.children.add(node);
		this.#leaves.set(policy, node);
	}

	/** A stratum below. */
	descend(): void {
		this.#byExpected = new Map();
		for (const node of this.#leaves.values()) {
			for (const policy of node.expected) {
				const list = this.#byExpected.get(policy);
				if (list === undefined) this.#byExpected.set(policy, [node]);
				else list.push(node);
			}
		}
		this.#strata.push(new Map());
	}

	/** §6.1.3 (d) (1) */
	add(policy: string): void {
		const any = this.#above?.get(ANY);
		const parents = this.#byExpected.get(policy) ?? (any === undefined ? [] : [any]);
		if (parents.length > 0) this.insert(policy, parents);
	}

	/** §6.1.3 (d) (2): what is expected above and missing here. */
	addMissing(): void {
		const missing = new Map<string, Node[]>();
		for (const [policy, parents] of this.#byExpected) if (!this.#leaves.has(policy)) missing.set(policy, parents);
		for (const [policy, parents] of missing) this.insert(policy, parents);
	}

	leaf(policy: string): Node | undefined {
		return this.#leaves.get(policy);
	}

	deleteLeaf(policy: string): void {
		const node = this.#leaves.get(policy);
		if (node === undefined) return;
		for (const parent of node.parents) parent.children.delete(node);
		this.#leaves.delete(policy);
	}

	/** Nodes without children, above the leaves and below the top. */
	prune(): void {
		for (let i = this.#strata.length - 2; i > 0; i--) {
			const stratum = this.#strata[i]!;
			for (const node of [...stratum.values()]) {
				if (node.children.size > 0) continue;
				for (const parent of node.parents) parent.children.delete(node);
				stratum.delete(node.policy);
			}
		}
	}

	/** Whether any policy is left that an authority stands for. */
	get hasValid(): boolean {
		if (this.leaf(ANY) !== undefined) return true;
		const nodes = this.#strata.flatMap((stratum) => [...stratum.values()]);
		return nodes.some((node) => {
			const [parent, ...others] = node.parents;
			return node.policy !== ANY && parent?.policy === ANY && others.length === 0;
		});
	}
}

/**
 * Whether the policies of a chain (leaf first) are valid when none is asked for: RFC 5280 §6.1 as RFC 9618 has changed it.
 * Only a chain that demands explicit policies can fail.
 */
export function policiesAreValid(chain: readonly Certificate[]): boolean {
	if (chain.length === 1) return true;
	const n = chain.length - 1;
	let graph: PolicyGraph | undefined = new PolicyGraph();
	let [explicitPolicy, policyMapping, inhibitAny] = [BigInt(n + 1), BigInt(n + 1), BigInt(n + 1)];
	for (let i = n - 1; i >= 0; i--) {
		const { facts, rawIssuer, rawSubject } = chain[i]!;
		const isSelfIssued = rawIssuer.equals(rawSubject);
		const policies = (facts.policies ?? []).map(key);
		if (policies.length === 0) graph = undefined;
		if (explicitPolicy === 0n && graph === undefined) return false;
		if (graph !== undefined) {
			graph.descend();
			for (const policy of policies) if (policy !== ANY) graph.add(policy);
			if (policies.includes(ANY) && (inhibitAny > 0n || (i > 0 && isSelfIssued))) graph.addMissing();
			graph.prune();
			if (i > 0 && !map(graph, facts.policyMappings, policyMapping > 0n)) return false;
		}
		if (i === 0) break;
		if (!isSelfIssued) {
			explicitPolicy = lessOne(explicitPolicy);
			policyMapping = lessOne(policyMapping);
			inhibitAny = lessOne(inhibitAny);
		}
		explicitPolicy = smaller(explicitPolicy, facts.requireExplicitPolicy);
		policyMapping = smaller(policyMapping, facts.inhibitPolicyMapping);
		inhibitAny = smaller(inhibitAny, facts.inhibitAnyPolicy);
	}
	const demanded = lessOne(explicitPolicy) === 0n || chain[0]!.facts.requireExplicitPolicy.zero;
	return !demanded || (graph?.hasValid ?? false);
}

const key = (policy: Buffer) => policy.toString('latin1');
const lessOne = (count: bigint) => (count > 0n ? count - 1n : count);

function smaller(count: bigint, { value, zero }: { readonly value: bigint; readonly zero: boolean }): bigint {
	return (value > 0n || zero) && value < count ? value : count;
}

/** §6.1.4 (b); false for a mapping of `anyPolicy`. */
function map(graph: PolicyGraph, mappings: readonly (readonly [Buffer, Buffer])[], allowed: boolean): boolean {
	if (mappings.length === 0) return true;
	const subjects = new Map<string, string[]>();
	for (const [issuer, subject] of mappings.map(([a, b]) => [key(a), key(b)] as const)) {
		if (!allowed) graph.deleteLeaf(issuer);
		else if (issuer === ANY || subject === ANY) return false;
		else subjects.set(issuer, [...(subjects.get(issuer) ?? []), subject]);
	}
	graph.prune();
	for (const [issuer, expected] of subjects) {
		const leaf = graph.leaf(issuer);
		const any = graph.leaf(ANY);
		if (leaf !== undefined) leaf.expected = expected;
		else if (any !== undefined) graph.insert(issuer, [any], expected);
	}
	return true;
}
