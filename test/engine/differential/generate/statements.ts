import fc from 'fast-check';
import { inScope } from './bodies.ts';
import type { Tie } from './expressions.ts';
import { infix } from './operators.ts';
import { reference } from './references.ts';
import { binding, type Kind, type Known, type Piece, type Scope, type Statement } from './scope.ts';
import { withed } from './with.ts';

const KINDS: readonly Kind[] = ['number', 'string', 'boolean', 'array', 'set', 'object'];

/** One line that binds nothing. */
const line =
	(piece: Piece): Statement =>
	(scope) => ({ text: piece(scope), scope });

/** Bodies: a few lines, most of which bind something that later ones use. */
export function statements(tie: Tie, depthIdentifier: fc.DepthIdentifier): fc.Arbitrary<readonly Statement[]> {
	const any = tie('any');
	const body = tie('body');
	const condition = fc.oneof(
		tie('boolean'),
		infix(any, ['<', '>='], any),
		infix(reference('any'), ['==', '!='], any),
		infix(
			any,
			['in'],
			collection(tie).map(({ piece }) => piece),
		),
	);
	const simple = fc.oneof(
		{ maxDepth: 3, depthIdentifier, withCrossShrink: true },
		{ weight: 3, arbitrary: condition.map(line) },
		...KINDS.map((kind) => ({ weight: 1, arbitrary: assigned(tie(kind), kind) })),
		{ weight: 2, arbitrary: assigned(any, 'value') },
		{ weight: 3, arbitrary: assigned(reference('any', true), 'unknown') },
		{ weight: 4, arbitrary: some(tie) },
		{ weight: 1, arbitrary: iterated },
		{ weight: 1, arbitrary: walked(fc.oneof(reference('any'), any)) },
		{ weight: 1, arbitrary: destructured },
		{ weight: 3, arbitrary: negated(condition, body) },
		{ weight: 1, arbitrary: excluded },
		{ weight: 1, arbitrary: every(tie, body) },
		{ weight: 1, arbitrary: unified(any) },
		{ weight: 1, arbitrary: withed(any) },
		{ weight: 1, arbitrary: either(condition) },
		{ weight: 1, arbitrary: ranged },
	);
	return fc.array(simple, { minLength: 1, maxLength: 4, size: 'small' });
}

function assigned(piece: fc.Arbitrary<Piece>, known: Known): fc.Arbitrary<Statement> {
	return piece.map((value) => (scope) => {
		const name = scope.fresh();
		return { text: `${name} := ${value(scope)}`, scope: binding(scope, { name, known }) };
	});
}

/** What can be iterated, and what is known of its members. */
function collection(tie: Tie): fc.Arbitrary<{ readonly piece: Piece; readonly known: Known }> {
	const of = (piece: fc.Arbitrary<Piece>, known: Known) => piece.map((each) => ({ piece: each, known }));
	return fc.oneof(
		{ weight: 3, arbitrary: of(fc.oneof(reference('array'), reference('object')), 'unknown') },
		{ weight: 1, arbitrary: of(fc.oneof(tie('array'), tie('set'), tie('object')), 'value') },
	);
}

function some(tie: Tie): fc.Arbitrary<Statement> {
	return fc.tuple(collection(tie), fc.boolean()).map(([{ piece, known }, keyed]) => (scope) => {
		const key = scope.fresh();
		const value = scope.fresh();
		const names = keyed
			? [
					{ name: key, known },
					{ name: value, known },
				]
			: [{ name: value, known }];
		const text = `some ${names.map(({ name }) => name).join(', ')} in ${piece(scope)}`;
		return { text, scope: binding(scope, ...names) };
	});
}

/** `some i; x := input.list[i]` */
const iterated: fc.Arbitrary<Statement> = fc.oneof(reference('array'), reference('object')).map((piece) => (scope) => {
	const [key, value] = [scope.fresh(), scope.fresh()];
	const text = `some ${key}; ${value} := ${piece(scope)}[${key}]`;
	return { text, scope: binding(scope, { name: key, known: 'unknown' }, { name: value, known: 'unknown' }) };
});

function walked(piece: fc.Arbitrary<Piece>): fc.Arbitrary<Statement> {
	return piece.map((each) => (scope) => {
		const [path, value] = [scope.fresh(), scope.fresh()];
		const text = `walk(${each(scope)}, [${path}, ${value}])`;
		return { text, scope: binding(scope, { name: path, known: 'array' }, { name: value, known: 'unknown' }) };
	});
}

/** `[x, y] := input.list`, `{"a": x} := input.obj` */
const destructured: fc.Arbitrary<Statement> = fc
	.tuple(reference('any'), fc.constantFrom('array', 'tail', 'object', 'unified'))
	.map(([piece, form]) => (scope) => {
		const [a, b] = [scope.fresh(), scope.fresh()];
		const patterns = { array: `[${a}, ${b}] :=`, tail: `[${a}, [${b}, _]] :=`, object: `{"a": ${a}, "s": ${b}} :=` };
		const head = form === 'unified' ? `some ${a}, ${b}; [${a}, 1, ${b}] =` : patterns[form as keyof typeof patterns];
		const names = [a, b].map((name) => ({ name, known: 'unknown' as const }));
		return { text: `${head} ${piece(scope)}`, scope: binding(scope, ...names) };
	});

function negated(condition: fc.Arbitrary<Piece>, body: fc.Arbitrary<readonly Statement[]>): fc.Arbitrary<Statement> {
	return fc.tuple(condition, body, fc.boolean()).map(([piece, inner, block]) => (scope) => {
		const text = block && scope.v2 ? `not { ${inScope(scope, inner).text} }` : `not ${piece(scope)}`;
		return { text, scope };
	});
}

/** A loop in a negation in a loop: what of one collection is not in another. */
const excluded: fc.Arbitrary<Statement> = fc
	.tuple(reference('array'), fc.oneof(reference('array'), reference('object')))
	.map(([all, others]) => (scope) => {
		const [value, other] = [scope.fresh(), scope.fresh()];
		const absent = scope.v2
			? `not { some ${other} in ${others(scope)}; ${other} == ${value} }`
			: `not ${value} in ${others(scope)}`;
		return {
			text: `some ${value} in ${all(scope)}; ${absent}`,
			scope: binding(scope, { name: value, known: 'unknown' }),
		};
	});

function every(tie: Tie, body: fc.Arbitrary<readonly Statement[]>): fc.Arbitrary<Statement> {
	return fc.tuple(collection(tie), body, fc.boolean()).map(([{ piece, known }, inner, keyed]) => (scope) => {
		const names = (keyed ? [scope.fresh(), scope.fresh()] : [scope.fresh()]).map((name) => ({ name, known }));
		const { text } = inScope(binding(scope, ...names), inner);
		const list = names.map(({ name }) => name).join(', ');
		// The compiler refuses names that are not used.
		return { text: `every ${list} in ${piece(scope)} { [${list}] != 0; ${text} }`, scope };
	});
}

function unified(any: fc.Arbitrary<Piece>): fc.Arbitrary<Statement> {
	return fc.tuple(reference('any'), any).map(([a, b]) => line((scope) => `${a(scope)} = ${b(scope)}`));
}

/** `a or b`, where the module has the keywords. */
function either(condition: fc.Arbitrary<Piece>): fc.Arbitrary<Statement> {
	return fc.tuple(condition, fc.constantFrom('and', 'or'), condition).map(([a, operator, b]) => (scope: Scope) => ({
		text: scope.v2 ? `${a(scope)} ${operator} ${b(scope)}` : a(scope),
		scope,
	}));
}

const bound = fc.integer({ min: -2, max: 6 });
const ranged: fc.Arbitrary<Statement> = fc.tuple(bound, bound).map(([from, to]) => (scope) => {
	const name = scope.fresh();
	return { text: `some ${name} in numbers.range(${from}, ${to})`, scope: binding(scope, { name, known: 'number' }) };
});
