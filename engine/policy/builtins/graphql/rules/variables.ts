import { KIND, type Value } from '../ast.ts';
import { require } from '../invalid.ts';
import { named, repeats } from '../named.ts';
import { isCompatible, isInput, typeName } from '../type-rules.ts';
import type { Rule, ValuePlace, Walk } from '../walk.ts';

/** Variables: known, used, of input types and where they fit (GraphQL, §5.8). */
export const variableRule: Rule = {
	variable({ Type }, walk) {
		require(walk.schema.types.has(typeName(Type)), `there is no type ${typeName(Type)}`);
	},
	operation({ VariableDefinitions }, walk) {
		require(!repeats(VariableDefinitions.map(({ Variable }) => Variable)), 'two variables of one name');
		for (const variable of VariableDefinitions) {
			const type = walk.schema.types.get(typeName(variable.Type));
			require(type === undefined || isInput(type), `variable ${variable.Variable} is of no input type`);
			require(walk.isUsed(variable), `variable ${variable.Variable} is never used`);
		}
	},
	value(value, place, walk) {
		if (value.Kind === KIND.variable && walk.operation !== undefined) checkVariable(value, place, walk);
		if (value.Kind === KIND.object && place.definition && named(place.definition.Directives, 'oneOf')) {
			for (const { Value } of value.Children) {
				const variable = Value.Kind === KIND.variable ? walk.variable(Value.Raw) : undefined;
				require(variable === undefined || variable.Type.NonNull, `variable ${Value.Raw} can be null`);
			}
		}
	},
};

function checkVariable(value: Value, place: ValuePlace, walk: Walk): void {
	const variable = walk.variable(value.Raw);
	require(variable !== undefined, `variable ${value.Raw} is not defined`);
	if (place.type === undefined) return;
	const { DefaultValue } = variable;
	const mayBeNull = place.hasDefault || (DefaultValue !== undefined && DefaultValue.Kind !== KIND.null);
	const expected = mayBeNull ? { ...place.type, NonNull: false } : place.type;
	require(isCompatible(variable.Type, expected), `variable ${value.Raw} does not fit here`);
}
