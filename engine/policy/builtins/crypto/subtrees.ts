import { type IpNetwork, networkContains } from './ip.ts';

/**
 * Subtrees of names that constraints permit or exclude: sorted so that every tree stands before its parts, which are
 * dropped. A question costs a binary search, so thousands of constraints and names stay cheap (as in Go's `crypto/x509`).
 */
class Subtrees<Tree, Name> {
	readonly #trees: readonly Tree[];
	readonly #contains: (tree: Tree, name: Name) => boolean;
	readonly #order: (tree: Tree, name: Name) => number;

	constructor(
		trees: readonly Tree[],
		{
			order,
			isPart,
			orderName,
			contains,
		}: {
			readonly order: (a: Tree, b: Tree) => number;
			readonly isPart: (tree: Tree, part: Tree) => boolean;
			readonly orderName: (tree: Tree, name: Name) => number;
			readonly contains: (tree: Tree, name: Name) => boolean;
		},
	) {
		const kept: Tree[] = [];
		for (const tree of [...trees].sort(order)) {
			const last = kept.at(-1);
			if (last === undefined || !isPart(last, tree)) kept.push(tree);
		}
		this.#trees = kept;
		this.#contains = contains;
		this.#order = orderName;
	}

	get trees(): readonly Tree[] {
		return this.#trees;
	}

	has(name: Name): boolean {
		let low = 0;
		let high = this.#trees.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#order(this.#trees[middle]!, name) < 0) low = middle + 1;
			else high = middle;
		}
		const found = this.#trees[low];
		if (found !== undefined && this.#order(found, name) === 0) return true;
		const nearest = this.#trees[Math.max(0, low - 1)];
		return nearest !== undefined && this.#contains(nearest, name);
	}
}

/** Whether a name is among the constrained ones. */
export type Query<Name> = (name: Name) => boolean;

/** Domains with all below them; `.example.com` without example.com itself. An empty one is everything. */
export function domainTrees(domains: readonly string[], { wildcards }: { readonly wildcards: boolean }): Query<string> {
	if (domains.includes('')) return () => true;
	const trees = new Subtrees<string, string>(domains, {
		order: compareDomains,
		isPart: isSuffix,
		orderName: compareDomains,
		contains: isSuffix,
	});
	// `*.example.com` stands for names that `host.example.com` constrains.
	const parents = new Set(wildcards ? trees.trees.map((tree) => withoutLabel(tree.toLowerCase())) : []);
	parents.delete('');
	return (name) => trees.has(name) || (name.startsWith('*') && parents.has(withoutLabel(name.toLowerCase())));
}

function withoutLabel(name: string): string {
	const dot = name.indexOf('.');
	return dot < 0 ? '' : name.slice(dot);
}

function isSuffix(suffix: string, name: string): boolean {
	if (!name.toLowerCase().endsWith(suffix.toLowerCase())) return false;
	return suffix.startsWith('.') || name.length === suffix.length || name[name.length - suffix.length - 1] === '.';
}

/** From the last character on, without case, a dot before everything else. */
function compareDomains(a: string, b: string): number {
	const [x, y] = [a.toLowerCase(), b.toLowerCase()];
	for (let i = 1; i <= Math.min(x.length, y.length); i++) {
		const order = weight(x, x.length - i) - weight(y, y.length - i);
		if (order !== 0) return order;
	}
	return x.length - y.length;
}

function weight(name: string, at: number): number {
	return name[at] === '.' ? 0 : name.charCodeAt(at);
}

/** Networks of IPv4 and of IPv6, each for addresses of its own length. */
export function networkTrees(networks: readonly IpNetwork[]): Query<Buffer> {
	const [four, six] = [4, 16].map(
		(length) =>
			new Subtrees<IpNetwork, Buffer>(
				networks.filter(({ ip }) => ip.length === length),
				{
					order: (a, b) => a.ip.compare(b.ip) || a.mask.compare(b.mask),
					isPart: (network, part) => networkContains(network, part.ip) && networkContains(network, lastOf(part)),
					orderName: (network, address) => network.ip.compare(address),
					contains: networkContains,
				},
			),
	);
	return (address) => (address.length === 4 ? four! : six!).has(address);
}

function lastOf({ ip, mask }: IpNetwork): Buffer {
	return Buffer.from(ip.map((byte, i) => byte | (~mask[i]! & 0xff)));
}
