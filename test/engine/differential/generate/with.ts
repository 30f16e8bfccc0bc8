import fc from 'fast-check';
import { binding, type Piece, pick, type Statement } from './scope.ts';

const targets = fc.constantFrom('input', 'input.s', 'input.obj.a', 'input.list', 'input.x', 'data.base', 'data.base.s');

/** `x := expression with input.s as …`: the expression mostly calls or names a rule, so that the change reaches it. */
export function withed(any: fc.Arbitrary<Piece>): fc.Arbitrary<Statement> {
	const modifiers = fc.array(fc.tuple(targets, any), { minLength: 1, maxLength: 2 });
	return fc
		.tuple(any, modifiers, fc.nat(20), fc.integer({ min: 0, max: 3 }))
		.map(([expression, changes, index, form]) => (scope) => {
			const name = scope.fresh();
			const rule = pick(scope.rules, index)?.name;
			const left = form > 0 && rule !== undefined ? rule : expression(scope);
			// Two changes of one place, or of a place and a part of it, are refused or depend on their order.
			const distinct = changes.filter(
				([target], i) => changes.findIndex(([other]) => root(other) === root(target)) === i,
			);
			const text = `${name} := ${left} ${distinct.map(([target, value]) => `with ${target} as ${value(scope)}`).join(' ')}`;
			return { text, scope: binding(scope, { name, known: 'value' }) };
		});
}

function root(target: string): string {
	return target.split('.')[0]!;
}
