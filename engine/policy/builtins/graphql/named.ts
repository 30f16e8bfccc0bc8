interface Named {
	readonly Name: string;
}

/** Lists that are searched often enough to be worth an index. */
const LONG = 16;
const indexes = new WeakMap<readonly Named[], ReadonlyMap<string, Named>>();

/** The first of that name. */
export function named<T extends Named>(list: readonly T[], name: string): T | undefined {
	if (list.length < LONG) return list.find((item) => item.Name === name);
	let index = indexes.get(list);
	if (index === undefined) {
		index = new Map(list.map((item) => [item.Name, item] as const).reverse());
		indexes.set(list, index);
	}
	return index.get(name) as T | undefined;
}

/** Whether a name comes twice. */
export function repeats(names: Iterable<string>): boolean {
	const seen = new Set<string>();
	for (const name of names) {
		if (seen.has(name)) return true;
		seen.add(name);
	}
	return false;
}
