import type { QueryDocument } from './ast.ts';
import type { Effort } from './effort.ts';
import { directiveRule } from './rules/directives.ts';
import { fieldRule } from './rules/fields.ts';
import { fragmentRule } from './rules/fragments.ts';
import { introspectionRule } from './rules/introspection.ts';
import { operationRule } from './rules/operations.ts';
import { overlapRule } from './rules/overlap.ts';
import { valueRule } from './rules/values.ts';
import { variableRule } from './rules/variables.ts';
import type { Schema } from './schema.ts';
import { Walk } from './walk.ts';

/** Throws `Invalid` where one of gqlparser's default rules has an error (GraphQL, §5). */
export function validateQuery(schema: Schema, query: QueryDocument, effort: Effort): void {
	const rules = [
		operationRule,
		variableRule,
		fieldRule,
		introspectionRule,
		fragmentRule(),
		directiveRule,
		valueRule,
		overlapRule(effort),
	];
	new Walk(schema, query, rules, effort).run();
}
