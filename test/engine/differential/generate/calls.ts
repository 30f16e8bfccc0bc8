import fc from 'fast-check';
import { DOMAINS, STRICT } from './domains.ts';
import type { Known, Piece } from './scope.ts';
import type { Argument, Signature } from './signatures.ts';

/** Calls of built-in functions whose result is one of `results`; undefined when there are none. */
export function calls(
	all: readonly Signature[],
	results: readonly Known[],
	argument: (kind: Argument) => fc.Arbitrary<Piece>,
): fc.Arbitrary<Piece> | undefined {
	const fitting = all.filter(({ result }) => results.includes(result));
	if (fitting.length === 0) return undefined;
	return fc.oneof({ withCrossShrink: true }, ...fitting.map((each) => call(each, argument)));
}

function call({ name, args }: Signature, argument: (kind: Argument) => fc.Arbitrary<Piece>): fc.Arbitrary<Piece> {
	const each = args.map((kind, i) => {
		const any = argument(kind);
		const domain = DOMAINS[name]?.[i]?.map(
			(text): Piece =>
				() =>
					text,
		);
		if (domain === undefined) return any;
		// A number of any size where a small one is meant (a shift, say) takes all memory.
		return kind === 'number' || STRICT.has(name)
			? domain
			: fc.oneof({ weight: 9, arbitrary: domain }, { weight: 1, arbitrary: any });
	});
	return fc.tuple(...each).map((pieces) => (scope) => `${name}(${pieces.map((piece) => piece(scope)).join(', ')})`);
}

/** Calls of the program's own functions. */
export function ownCalls(any: fc.Arbitrary<Piece>, otherwise: string): fc.Arbitrary<Piece> {
	return fc.tuple(fc.nat(20), any, any).map(([index, a, b]) => (scope) => {
		const own = scope.functions[index % Math.max(1, scope.functions.length)];
		if (own === undefined) return otherwise;
		return `${own.name}(${[a, b]
			.slice(0, own.arity)
			.map((piece) => piece(scope))
			.join(', ')})`;
	});
}
