import fc from 'fast-check';
import { inScope } from './bodies.ts';
import type { Grammar } from './expressions.ts';
import { reference } from './references.ts';
import { binding, type Kind, type Known, type Piece, type Scope, type Statement } from './scope.ts';

/** The text of a rule, and what later rules and the answer may call it. */
export type Rule = (scope: Scope) => {
	readonly text: string;
	readonly scope: Scope;
	/** Expressions whose values go into the answer. */
	readonly shown: readonly string[];
};

type Body = readonly Statement[];

function ruleNamed(scope: Scope, known: Known): { readonly name: string; readonly scope: Scope } {
	const name = scope.fresh().replace('v', 'r');
	return { name, scope: { ...scope, rules: [...scope.rules, { name, known }] } };
}

/** `… if { body }`, with `head` in the scope of the body. */
function written(scope: Scope, head: (inner: Scope) => string, body: Body): string {
	const { text, scope: inner } = inScope(scope, body);
	return `${head(inner)} if { ${text} }`;
}

const LITERALS: readonly string[] = ['false', 'null', '0', '"none"', '[]', '{"a": 1}', 'set()'];

/** `default r := 0`, `r := x if { … } else := y if { … }` */
function complete(value: fc.Arbitrary<Piece>, known: Known, { body }: Grammar): fc.Arbitrary<Rule> {
	const branches = fc.array(fc.tuple(value, body), { minLength: 1, maxLength: 3, size: 'small' });
	const fallback = known === 'value' ? fc.option(fc.constantFrom(...LITERALS)) : fc.constant(null);
	return fc.tuple(branches, fallback).map(([all, otherwise]) => (scope) => {
		const { name, scope: after } = ruleNamed(scope, known);
		const chain = all.map(([piece, lines], i) =>
			written(scope, (s) => `${i === 0 ? name : 'else'} := ${piece(s)}`, lines),
		);
		const first = otherwise === null ? '' : `default ${name} := ${otherwise}\n`;
		return { text: `${first}${chain.join('\n')}`, scope: after, shown: [name] };
	});
}

/** Several bodies of one name: they agree, or that is a conflict. */
function several({ body }: Grammar): fc.Arbitrary<Rule> {
	const values = fc.constantFrom('true', 'true', '1', '"a"');
	return fc.array(fc.tuple(values, body), { minLength: 2, maxLength: 3, size: 'small' }).map((all) => (scope) => {
		const { name, scope: after } = ruleNamed(scope, 'value');
		const text = all.map(([value, lines]) => written(scope, () => `${name} := ${value}`, lines)).join('\n');
		return { text, scope: after, shown: [name] };
	});
}

function partialSet({ any, body }: Grammar): fc.Arbitrary<Rule> {
	return fc.array(fc.tuple(any, body), { minLength: 1, maxLength: 3, size: 'small' }).map((all) => (scope) => {
		const { name, scope: after } = ruleNamed(scope, 'set');
		const text = all.map(([member, lines]) => written(scope, (s) => `${name} contains ${member(s)}`, lines)).join('\n');
		return { text, scope: after, shown: [name] };
	});
}

function partialObject({ any, body }: Grammar): fc.Arbitrary<Rule> {
	return fc.array(fc.tuple(any, any, body), { minLength: 1, maxLength: 2, size: 'small' }).map((all) => (scope) => {
		const { name, scope: after } = ruleNamed(scope, 'object');
		const text = all.map(([key, value, lines]) => written(scope, (s) => `${name}[${key(s)}] := ${value(s)}`, lines));
		return { text: text.join('\n'), scope: after, shown: [name] };
	});
}

/** `r.a.b := …`, `r.a[k] := …`, `r.c[k] contains …` */
function nested({ any, body, kinds }: Grammar): fc.Arbitrary<Rule> {
	const form = fc.constantFrom('.a.b :=', '.a[K] :=', '.c[K] contains', '.d contains', '.e[K].f :=');
	return fc
		.array(fc.tuple(form, kinds.string, any, body), { minLength: 1, maxLength: 3, size: 'small' })
		.map((all) => (scope) => {
			const { name, scope: after } = ruleNamed(scope, 'object');
			const text = all.map(([head, key, value, lines]) =>
				written(scope, (s) => `${name}${head.replace('K', () => key(s))} ${value(s)}`, lines),
			);
			return { text: text.join('\n'), scope: after, shown: [name] };
		});
}

/** A function with several bodies, some of which want a certain first argument; and a call of it. */
function functions({ any, body }: Grammar): fc.Arbitrary<Rule> {
	const pattern = fc.constantFrom('x', 'x', 'x', '"a"', '1', '[x, _]', 'null');
	const bodies = fc.array(fc.tuple(pattern, any, body, fc.boolean()), { minLength: 1, maxLength: 3, size: 'small' });
	return fc
		.tuple(bodies, fc.constantFrom(1, 2), reference('any'), reference('any'))
		.map(([all, arity, a, b]) => (scope) => {
			const name = scope.fresh().replace('v', 'f');
			const lines = all.map(([first, value, statements, otherwise], i) => {
				const own = first.includes('x') ? ['x'] : [];
				const names = (arity === 2 ? [...own, 'y'] : own).map((each) => ({ name: each, known: 'unknown' as const }));
				const inner = binding({ ...scope, variables: [] }, ...names);
				// `else` belongs to the head above it, so it sees that one's arguments: we write it without any.
				if (otherwise && i > 0) return written({ ...scope, variables: [] }, (s) => `else := ${value(s)}`, statements);
				return written(inner, (s) => `${name}(${[first, 'y'].slice(0, arity).join(', ')}) := ${value(s)}`, statements);
			});
			const call = `${name}(${[a, b]
				.slice(0, arity)
				.map((piece) => piece(scope))
				.join(', ')})`;
			return {
				text: lines.join('\n'),
				scope: { ...scope, functions: [...scope.functions, { name, arity }] },
				shown: [call],
			};
		});
}

/** Any rule. */
export function rule(all: Grammar): fc.Arbitrary<Rule> {
	const kinds = Object.entries(all.kinds).filter(([kind]) => KINDS.has(kind)) as [Kind, fc.Arbitrary<Piece>][];
	return fc.oneof(
		{ withCrossShrink: true },
		{ weight: 3, arbitrary: complete(all.any, 'value', all) },
		...kinds.map(([kind, piece]) => ({ weight: 1, arbitrary: complete(piece, kind, all) })),
		{ weight: 1, arbitrary: several(all) },
		{ weight: 3, arbitrary: partialSet(all) },
		{ weight: 2, arbitrary: partialObject(all) },
		{ weight: 1, arbitrary: nested(all) },
		{ weight: 2, arbitrary: functions(all) },
	);
}

const KINDS: ReadonlySet<string> = new Set<Kind>(['number', 'string', 'boolean', 'array', 'set', 'object']);
