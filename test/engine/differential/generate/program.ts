import fc from 'fast-check';
import { grammar } from './expressions.ts';
import { rule } from './rules.ts';
import type { Scope } from './scope.ts';
import type { Signature } from './signatures.ts';

/** A module of a package `cases.<name>`; its rule `out` holds the value of every rule that is defined. */
export type Program = (name: string) => string;

/** Programs that call `available` functions. */
export function programs(available: readonly Signature[]): fc.Arbitrary<Program> {
	const rules = fc.array(rule(grammar(available)), { minLength: 1, maxLength: 4, size: 'medium' });
	return fc.tuple(rules, fc.boolean()).map(([all, v2]) => (name) => {
		let next = 0;
		const fresh = (): string => `v${next++}`;
		let scope: Scope = { variables: [], rules: [], functions: [], package: name, v2, fresh };
		const texts = [`package cases.${name}`, ...(scope.v2 ? ['import rego.v2'] : [])];
		const shown: string[] = [];
		for (const each of all) {
			const made = each(scope);
			texts.push(made.text);
			shown.push(...made.shown);
			scope = made.scope;
		}
		return `${[...texts, ...shown.map((value, i) => `out["${i}"] := ${value}`)].join('\n\n')}\n`;
	});
}
