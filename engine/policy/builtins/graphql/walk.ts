import {
	type Argument,
	type ArgumentDefinition,
	type Definition,
	type Directive,
	type Field,
	type FieldDefinition,
	type FragmentDefinition,
	type FragmentSpread,
	type InlineFragment,
	isField,
	isInlineFragment,
	KIND,
	type OperationDefinition,
	type QueryDocument,
	type Selection,
	type Type,
	type Value,
	type VariableDefinition,
} from './ast.ts';
import type { Effort } from './effort.ts';
import { named } from './named.ts';
import type { Schema } from './schema.ts';
import { typeName } from './type-rules.ts';

/** What the schema says where something stands; nothing where it says nothing. */
export interface FieldPlace {
	readonly parent?: Definition | undefined;
	readonly definition?: FieldDefinition | undefined;
}

export interface ValuePlace {
	readonly type?: Type | undefined;
	/** Of the named type within `type`. */
	readonly definition?: Definition | undefined;
	/** Something stands in where the value is missing. */
	readonly hasDefault?: boolean;
}

/** A rule, told of each part of a query after what is within it. It throws `Invalid`. */
export interface Rule {
	operation?(operation: OperationDefinition, walk: Walk): void;
	variable?(variable: VariableDefinition, walk: Walk): void;
	field?(field: Field, place: FieldPlace, walk: Walk): void;
	fragment?(fragment: FragmentDefinition, walk: Walk): void;
	inlineFragment?(fragment: InlineFragment, parent: Definition | undefined, walk: Walk): void;
	spread?(spread: FragmentSpread, parent: Definition | undefined, walk: Walk): void;
	directive?(directive: Directive, location: string, walk: Walk): void;
	directives?(directives: readonly Directive[], walk: Walk): void;
	value?(value: Value, place: ValuePlace, walk: Walk): void;
}

/** A `String!` on every type. */
const TYPENAME: FieldDefinition = {
	Description: '',
	Name: '__typename',
	Arguments: [],
	Type: { NamedType: 'String', NonNull: false },
	Directives: [],
};

/**
 * One validation of a query: goes through its operations, each with the fragments that it spreads, and then through
 * the fragments by themselves.
 */
export class Walk {
	readonly schema: Schema;
	readonly document: QueryDocument;
	readonly effort: Effort;
	readonly fragments: ReadonlyMap<string, FragmentDefinition>;
	/** Of every field that was passed. */
	readonly places = new Map<Field, FieldPlace>();
	/** Where we are; none within a fragment by itself. */
	operation: OperationDefinition | undefined;

	readonly #rules: readonly Rule[];
	#variables: ReadonlyMap<string, VariableDefinition> = new Map();
	readonly #used = new Set<VariableDefinition>();
	#spread = new Set<string>();

	constructor(schema: Schema, document: QueryDocument, rules: readonly Rule[], effort: Effort) {
		this.schema = schema;
		this.document = document;
		this.effort = effort;
		this.#rules = rules;
		this.fragments = new Map(document.Fragments.map((f) => [f.Name, f] as const).reverse());
	}

	run(): void {
		for (const operation of this.document.Operations) this.#operation(operation);
		for (const fragment of this.document.Fragments) this.#fragment(fragment);
	}

	/** A variable of the operation where we are, or were last. */
	variable(name: string): VariableDefinition | undefined {
		return this.#variables.get(name);
	}

	isUsed(variable: VariableDefinition): boolean {
		return variable.Used || this.#used.has(variable);
	}

	#operation(operation: OperationDefinition): void {
		const { VariableDefinitions: variables } = operation;
		this.operation = operation;
		this.#spread = new Set();
		this.#variables = new Map(variables.map((v) => [v.Variable, v] as const).reverse());
		for (const variable of variables) for (const rule of this.#rules) rule.variable?.(variable, this);
		for (const variable of variables) {
			const definition = this.#type(typeName(variable.Type));
			if (variable.DefaultValue !== undefined) this.#value(variable.DefaultValue, { type: variable.Type, definition });
			this.#directives(variable.Directives, 'VARIABLE_DEFINITION');
		}
		const kind = operation.Operation || 'query';
		this.#directives(operation.Directives, kind.toUpperCase());
		this.#selections(this.schema.roots.get(kind), operation.SelectionSet);
		for (const rule of this.#rules) rule.operation?.(operation, this);
		this.operation = undefined;
	}

	#fragment(fragment: FragmentDefinition): void {
		this.#spread = new Set();
		this.#directives(fragment.Directives, 'FRAGMENT_DEFINITION');
		this.#selections(this.#type(fragment.TypeCondition), fragment.SelectionSet);
		for (const rule of this.#rules) rule.fragment?.(fragment, this);
	}

	#type(name: string): Definition | undefined {
		return this.schema.types.get(name);
	}

	#selections(parent: Definition | undefined, selections: readonly Selection[]): void {
		this.effort.deeper(() => {
			for (const selection of selections) {
				this.effort.spend();
				if (isField(selection)) this.#field(parent, selection);
				else if (isInlineFragment(selection)) this.#inlineFragment(parent, selection);
				else this.#fragmentSpread(parent, selection);
			}
		});
	}

	#field(parent: Definition | undefined, field: Field): void {
		const definition = field.Name === '__typename' ? TYPENAME : parent && named(parent.Fields, field.Name);
		const place = { parent, definition };
		this.places.set(field, place);
		this.#arguments(field.Arguments, definition?.Arguments);
		this.#directives(field.Directives, 'FIELD');
		this.#selections(definition && this.#type(typeName(definition.Type)), field.SelectionSet);
		for (const rule of this.#rules) rule.field?.(field, place, this);
	}

	#inlineFragment(parent: Definition | undefined, fragment: InlineFragment): void {
		this.#directives(fragment.Directives, 'INLINE_FRAGMENT');
		const type = fragment.TypeCondition === '' ? parent : this.#type(fragment.TypeCondition);
		this.#selections(type, fragment.SelectionSet);
		for (const rule of this.#rules) rule.inlineFragment?.(fragment, parent, this);
	}

	/** Goes into a fragment once for each operation. */
	#fragmentSpread(parent: Definition | undefined, spread: FragmentSpread): void {
		this.#directives(spread.Directives, 'FRAGMENT_SPREAD');
		const fragment = this.fragments.get(spread.Name);
		if (fragment !== undefined && !this.#spread.has(fragment.Name)) {
			this.#spread.add(fragment.Name);
			this.#directives(fragment.Directives, 'FRAGMENT_DEFINITION');
			this.#selections(this.#type(fragment.TypeCondition), fragment.SelectionSet);
		}
		for (const rule of this.#rules) rule.spread?.(spread, parent, this);
	}

	#directives(directives: readonly Directive[], location: string): void {
		for (const directive of directives) {
			this.effort.spend();
			this.#arguments(directive.Arguments, this.schema.directives.get(directive.Name)?.Arguments);
			for (const rule of this.#rules) rule.directive?.(directive, location, this);
		}
		for (const rule of this.#rules) rule.directives?.(directives, this);
	}

	#arguments(args: readonly Argument[], definitions: readonly ArgumentDefinition[] | undefined): void {
		for (const { Name, Value } of args) this.#value(Value, this.#valuePlace(definitions && named(definitions, Name)));
	}

	#valuePlace(input: ArgumentDefinition | undefined): ValuePlace {
		if (input === undefined) return {};
		const hasDefault = input.DefaultValue !== undefined && input.DefaultValue.Kind !== KIND.null;
		return { type: input.Type, definition: this.#type(typeName(input.Type)), hasDefault };
	}

	#value(value: Value, place: ValuePlace): void {
		this.effort.spend();
		if (value.Kind === KIND.variable && this.operation !== undefined) {
			const variable = this.variable(value.Raw);
			if (variable !== undefined) this.#used.add(variable);
		}
		for (const child of value.Children) {
			if (value.Kind !== KIND.object && value.Kind !== KIND.list) break;
			this.effort.deeper(() => this.#value(child.Value, this.#childPlace(value, child.Name, place)));
		}
		for (const rule of this.#rules) rule.value?.(value, place, this);
	}

	#childPlace(value: Value, name: string, { type, definition }: ValuePlace): ValuePlace {
		if (value.Kind === KIND.object) return this.#valuePlace(definition && named(definition.Fields, name));
		return type?.Elem === undefined ? {} : { type: type.Elem, definition };
	}
}
