import type { Definition } from './ast.ts';
import type { Effort } from './effort.ts';
import { Invalid } from './invalid.ts';
import type { Schema } from './schema.ts';

/** An input object must not need one of its own type (GraphQL, §3.10, "Circular References"). */
export function checkInputCycles(schema: Schema, effort: Effort): void {
	const done = new Set<Definition>();
	const path = new Set<Definition>();
	const follow = (type: Definition): void => {
		if (path.has(type)) throw new Invalid(`${type.Name} needs itself`);
		if (done.has(type)) return;
		path.add(type);
		for (const { Type } of type.Fields) {
			effort.spend();
			const next = Type.NonNull && Type.NamedType !== '' ? schema.types.get(Type.NamedType) : undefined;
			if (next?.Kind === 'INPUT_OBJECT') effort.deeper(() => follow(next));
		}
		path.delete(type);
		done.add(type);
	};
	for (const type of schema.types.values()) if (type.Kind === 'INPUT_OBJECT') follow(type);
}
