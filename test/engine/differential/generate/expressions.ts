import fc from 'fast-check';
import { calls, ownCalls } from './calls.ts';
import { comprehensions } from './comprehensions.ts';
import { booleanText, composites, EMPTY, nullText, numberText, stringText } from './literals.ts';
import { ARITHMETIC, COMPARISONS, infix } from './operators.ts';
import { reference } from './references.ts';
import { fitting, type Kind, type Known, type Piece, pick, type Statement } from './scope.ts';
import type { Argument, Signature } from './signatures.ts';
import { statements } from './statements.ts';
import { template } from './templates.ts';

/** The arbitraries that rules are made of. */
export interface Grammar {
	readonly any: fc.Arbitrary<Piece>;
	readonly kinds: Readonly<Record<Kind, fc.Arbitrary<Piece>>>;
	readonly body: fc.Arbitrary<readonly Statement[]>;
}

/** A variable or rule in scope that fits; the smallest literal where there is none. */
function named(kind: Kind | 'any' | 'unknown', which: 'variables' | 'rules'): fc.Arbitrary<Piece> {
	const otherwise = kind === 'any' ? 'null' : kind === 'unknown' ? 'input.s' : EMPTY[kind];
	return fc.nat(20).map((index) => (scope) => pick(fitting(scope[which], kind), index)?.name ?? otherwise);
}

/** A member of a rule above that is a set or an object, under a name of which nothing is known or any. */
const virtualMember: fc.Arbitrary<Piece> = fc
	.tuple(fc.nat(20), fc.nat(20), fc.boolean())
	.map(([index, key, full]) => (scope) => {
		const holders = scope.rules.filter(({ known }) => known === 'set' || known === 'object');
		const rule = pick(holders, index);
		const unknown = scope.variables.filter(({ known }) => known === 'unknown');
		if (rule === undefined) return 'null';
		return `${full ? `data.cases.${scope.package}.` : ''}${rule.name}[${pick(unknown, key)?.name ?? 'input.s'}]`;
	});

interface Weighted {
	readonly weight: number;
	readonly arbitrary: fc.Arbitrary<Piece>;
}

/** Expressions and bodies of Rego that call `available` functions. */
export function grammar(available: readonly Signature[]): Grammar {
	const depth = fc.createDepthIdentifier();
	type Rules = Record<Kind | 'any' | 'callable', Piece> & { body: readonly Statement[] };
	const tied = fc.letrec<Rules>((tie) => {
		const any = tie('any');
		const argument = (kind: Argument): fc.Arbitrary<Piece> => members(tie, kind) ?? tie(kind as Kind);
		const called = (...results: Known[]): Weighted[] => {
			const arbitrary = calls(available, results, argument);
			return arbitrary === undefined ? [] : [{ weight: 4, arbitrary }];
		};
		const kind = (name: Kind, leaf: fc.Arbitrary<Piece>, ...more: Weighted[]): fc.Arbitrary<Piece> =>
			fc.oneof(
				{ maxDepth: 3, depthIdentifier: depth, withCrossShrink: true },
				{ weight: 3, arbitrary: leaf },
				{ weight: 4, arbitrary: reference(name) },
				{ weight: 4, arbitrary: named(name, 'variables') },
				{ weight: 1, arbitrary: named(name, 'rules') },
				...called(name),
				...more,
			);
		const literal = composites(any, fc.oneof({ weight: 4, arbitrary: tie('string') }, { weight: 1, arbitrary: any }));
		const comprehended = comprehensions(any, tie('body'));
		const sets = infix(tie('set'), ['|', '&', '-'], tie('set'));
		return {
			number: kind('number', numberText, { weight: 3, arbitrary: infix(tie('number'), ARITHMETIC, tie('number')) }),
			string: kind('string', stringText, {
				weight: 2,
				arbitrary: template(tie('string'), tie('number'), any),
			}),
			boolean: kind(
				'boolean',
				booleanText,
				{ weight: 1, arbitrary: infix(tie('number'), COMPARISONS, tie('number')) },
				{ weight: 1, arbitrary: infix(tie('string'), COMPARISONS, tie('string')) },
				{ weight: 1, arbitrary: infix(any, ['<', '<=', '>', '>='], any) },
				{ weight: 1, arbitrary: infix(any, ['in'], fc.oneof(tie('array'), tie('set'), tie('object'))) },
			),
			array: kind('array', literal.array, { weight: 2, arbitrary: comprehended.array }),
			set: kind('set', literal.set, { weight: 2, arbitrary: comprehended.set }, { weight: 2, arbitrary: sets }),
			object: kind('object', literal.object, { weight: 2, arbitrary: comprehended.object }),
			any: fc.oneof(
				{ maxDepth: 3, depthIdentifier: depth, withCrossShrink: true },
				{ weight: 1, arbitrary: nullText },
				{ weight: 3, arbitrary: reference('any') },
				{ weight: 3, arbitrary: named('any', 'variables') },
				{ weight: 2, arbitrary: named('any', 'rules') },
				{ weight: 1, arbitrary: virtualMember },
				{ weight: 2, arbitrary: ownCalls(fc.oneof(reference('any'), named('unknown', 'variables')), 'null') },
				...called('unknown', 'value'),
				...(['number', 'string', 'array', 'set', 'object', 'boolean'] as const).map((each) => ({
					weight: 2,
					arbitrary: tie(each),
				})),
			),
			callable: any,
			body: statements(tie as unknown as Tie, depth),
		};
	});
	return { any: tied.any, kinds: tied, body: tied.body };
}

/** How the kinds of a grammar name each other. */
export interface Tie {
	(key: Kind | 'any'): fc.Arbitrary<Piece>;
	(key: 'body'): fc.Arbitrary<readonly Statement[]>;
}

function members(tie: (key: Kind) => fc.Arbitrary<Piece>, kind: Argument): fc.Arbitrary<Piece> | undefined {
	if (kind !== 'numbers' && kind !== 'strings' && kind !== 'objects' && kind !== 'sets') return undefined;
	const member = tie(kind.slice(0, -1) as Kind);
	const list = fc.array(member, { maxLength: 3, size: 'small' });
	const [open, close] = kind === 'sets' ? ['{', '}'] : ['[', ']'];
	return fc.oneof(
		reference('array'),
		list.map(
			(pieces): Piece =>
				(scope) => {
					if (kind === 'sets' && pieces.length === 0) return 'set()';
					return `${open}${pieces.map((piece) => piece(scope)).join(', ')}${close}`;
				},
		),
	);
}
