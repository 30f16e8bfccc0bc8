import type { Definition, Type } from './ast.ts';

/** The name of a type without its lists. */
export function typeName(type: Type): string {
	let inner = type;
	while (inner.NamedType === '' && inner.Elem !== undefined) inner = inner.Elem;
	return inner.NamedType;
}

const COMPOSITE = ['OBJECT', 'INTERFACE', 'UNION'];
const INPUT = ['SCALAR', 'ENUM', 'INPUT_OBJECT'];

export const isLeaf = ({ Kind }: Definition): boolean => Kind === 'ENUM' || Kind === 'SCALAR';
export const isComposite = ({ Kind }: Definition): boolean => COMPOSITE.includes(Kind);
export const isInput = ({ Kind }: Definition): boolean => INPUT.includes(Kind);

/** Whether a value of type `a` may stand where one of type `b` is expected. */
export function isCompatible(a: Type, b: Type): boolean {
	if (a.NamedType !== b.NamedType || (b.NonNull && !a.NonNull)) return false;
	return a.Elem === undefined || (b.Elem !== undefined && isCompatible(a.Elem, b.Elem));
}
