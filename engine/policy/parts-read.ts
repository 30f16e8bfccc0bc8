import { type Part, partsOf } from '../input/parts.ts';
import type { RuleIndex } from './rule-index.ts';
import type { RuleInfo } from './types.ts';

/** Which parts of the input any rule of these groups (an answer of `groupsFor`) reads. */
export type PartsRead = (groups: readonly string[]) => ReadonlySet<Part>;

/** From what the compiler found each rule to read, with all that it uses; of a rule without that, anything. */
export function partsRead(index: RuleIndex, rules: readonly Pick<RuleInfo, 'id' | 'reads'>[]): PartsRead {
	const reads = new Map(rules.map((rule) => [rule.id, rule.reads ?? null]));
	const byGroup = new Map(index.groups.map((group) => [group.name, group.rules.map((id) => reads.get(id) ?? null)]));
	const known = new WeakMap<readonly string[], ReadonlySet<Part>>();
	return (groups) => {
		let parts = known.get(groups);
		if (parts === undefined) {
			const lists = groups.flatMap((name) => byGroup.get(name) ?? [null]);
			parts = partsOf(lists.includes(null) ? null : lists.flatMap((list) => list ?? []));
			known.set(groups, parts);
		}
		return parts;
	};
}
