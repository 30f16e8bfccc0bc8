import { createHash } from 'node:crypto';
import type { Kind, Party } from '../frame/frame.ts';
import { METHODS } from '../frame/methods.ts';
import { canonical } from './revision.ts';
import type { RuleGroup, RuleIndex } from './rule-index.ts';

const PARTIES: readonly Party[] = ['client', 'server'];
const KINDS: readonly Kind[] = ['request', 'notification', 'result', 'error'];

/** The groups of a frame's sender, kind and method: by the name of its tool where that matters, and for all `others`. */
interface Row {
	readonly tools: Readonly<Record<string, readonly string[]>>;
	readonly others: readonly string[];
}

/** Tells which groups a table is about: a module looks nothing up in a table over others. */
export function groupsId(groups: readonly RuleGroup[]): string {
	return createHash('sha256').update(canonical(groups)).digest('hex').slice(0, 32);
}

/** `data.sluice.index`: what `groupsFor` says of every kind of frame that the protocol knows, for the module to look up. */
export function indexTable(index: RuleIndex): Readonly<Record<string, unknown>> {
	const named = [...new Set(index.groups.flatMap(({ touches }) => touches.flatMap(({ tool = [] }) => tool)))];
	const row = (from: Party, kind: Kind, method: string): Row => {
		const others = index.groupsFor({ from, kind, method });
		const tools = named.flatMap((tool) => {
			const groups = index.groupsFor({ from, kind, method, tool });
			return groups === others ? [] : [[tool, groups] as const];
		});
		return { tools: Object.fromEntries(tools), others };
	};
	const record = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<string, V> =>
		Object.fromEntries(keys.map((key) => [key, value(key)]));
	const frames = record(PARTIES, (from) =>
		record(KINDS, (kind) => record([...METHODS.keys()], (method) => row(from, kind, method))),
	);
	return { groups: groupsId(index.groups), frames };
}
