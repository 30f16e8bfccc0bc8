/**
 * The syntax tree, as a policy sees it: with the names and the shape of `github.com/vektah/gqlparser/v2/ast`, whose
 * structs OPA turns into objects. A field that may be absent is a pointer there. Positions are left out, as OPA does.
 */

export interface QueryDocument {
	readonly Operations: readonly OperationDefinition[];
	readonly Fragments: readonly FragmentDefinition[];
	readonly Comment?: CommentGroup | undefined;
}

export interface SchemaDocument {
	readonly Schema: readonly SchemaDefinition[];
	readonly SchemaExtension: readonly SchemaDefinition[];
	readonly Directives: readonly DirectiveDefinition[];
	readonly Definitions: readonly Definition[];
	readonly Extensions: readonly Definition[];
	readonly Comment?: CommentGroup | undefined;
}

/** Comments that stand directly before a token, each with its `#`. */
export interface CommentGroup {
	readonly List: readonly { readonly Value: string }[];
}

export interface OperationDefinition {
	/** `query`, `mutation` or `subscription` */
	readonly Operation: string;
	readonly Name: string;
	readonly VariableDefinitions: readonly VariableDefinition[];
	readonly Directives: readonly Directive[];
	readonly SelectionSet: readonly Selection[];
	readonly Comment?: CommentGroup | undefined;
}

export interface VariableDefinition {
	readonly Variable: string;
	readonly Type: Type;
	readonly DefaultValue?: Value | undefined;
	readonly Directives: readonly Directive[];
	/** Only a tree that a policy made up says `true`. */
	readonly Used: boolean;
	readonly Comment?: CommentGroup | undefined;
}

export interface FragmentDefinition {
	readonly Name: string;
	readonly VariableDefinition: readonly VariableDefinition[];
	readonly TypeCondition: string;
	readonly Directives: readonly Directive[];
	readonly SelectionSet: readonly Selection[];
	readonly Comment?: CommentGroup | undefined;
}

export type Selection = Field | FragmentSpread | InlineFragment;

export interface Field {
	/** The name, where there is no alias. */
	readonly Alias: string;
	readonly Name: string;
	readonly Arguments: readonly Argument[];
	readonly Directives: readonly Directive[];
	readonly SelectionSet: readonly Selection[];
	readonly Comment?: CommentGroup | undefined;
}

export interface FragmentSpread {
	readonly Name: string;
	readonly Directives: readonly Directive[];
	readonly Comment?: CommentGroup | undefined;
}

export interface InlineFragment {
	readonly TypeCondition: string;
	readonly Directives: readonly Directive[];
	readonly SelectionSet: readonly Selection[];
	readonly Comment?: CommentGroup | undefined;
}

export const isField = (selection: Selection): selection is Field => 'Alias' in selection;
export const isInlineFragment = (selection: Selection): selection is InlineFragment => 'TypeCondition' in selection;

export interface Argument {
	readonly Name: string;
	readonly Value: Value;
	readonly Comment?: CommentGroup | undefined;
}

export interface Directive {
	readonly Name: string;
	readonly Arguments: readonly Argument[];
	/** Where it stands: always empty in what is parsed. */
	readonly Location: string;
}

/** `Kind` of a value. */
export const KIND = {
	variable: 0,
	int: 1,
	float: 2,
	string: 3,
	block: 4,
	boolean: 5,
	null: 6,
	enum: 7,
	list: 8,
	object: 9,
} as const;

export interface Value {
	/** The text of a scalar, or the name of a variable without its `$`. */
	readonly Raw: string;
	readonly Children: readonly ChildValue[];
	readonly Kind: number;
	readonly ExpectedTypeHasDefault: boolean;
	readonly Comment?: CommentGroup | undefined;
}

/** A member of a list, which has no name, or a field of an object. */
export interface ChildValue {
	readonly Name: string;
	readonly Value: Value;
	readonly Comment?: CommentGroup | undefined;
}

/** A named type, or else a list of `Elem`. */
export interface Type {
	readonly NamedType: string;
	readonly Elem?: Type | undefined;
	readonly NonNull: boolean;
}

interface Described {
	readonly Description: string;
	readonly BeforeDescriptionComment?: CommentGroup | undefined;
	readonly AfterDescriptionComment?: CommentGroup | undefined;
}

export interface SchemaDefinition extends Described {
	readonly Directives: readonly Directive[];
	readonly OperationTypes: readonly OperationTypeDefinition[];
	readonly EndOfDefinitionComment?: CommentGroup | undefined;
}

export interface OperationTypeDefinition {
	readonly Operation: string;
	readonly Type: string;
	readonly Comment?: CommentGroup | undefined;
}

export interface Definition extends Described {
	/** `SCALAR`, `OBJECT`, `INTERFACE`, `UNION`, `ENUM` or `INPUT_OBJECT` */
	readonly Kind: string;
	readonly Name: string;
	readonly Directives: readonly Directive[];
	readonly Interfaces: readonly string[];
	readonly Fields: readonly FieldDefinition[];
	/** The members of a union. */
	readonly Types: readonly string[];
	readonly EnumValues: readonly EnumValueDefinition[];
	/** It is part of GraphQL itself. */
	readonly BuiltIn: boolean;
	readonly EndOfDefinitionComment?: CommentGroup | undefined;
}

export interface FieldDefinition extends Described {
	readonly Name: string;
	readonly Arguments: readonly ArgumentDefinition[];
	readonly DefaultValue?: Value | undefined;
	readonly Type: Type;
	readonly Directives: readonly Directive[];
}

export interface ArgumentDefinition extends Described {
	readonly Name: string;
	readonly DefaultValue?: Value | undefined;
	readonly Type: Type;
	readonly Directives: readonly Directive[];
}

export interface EnumValueDefinition extends Described {
	readonly Name: string;
	readonly Directives: readonly Directive[];
}

export interface DirectiveDefinition extends Described {
	readonly Name: string;
	readonly Arguments: readonly ArgumentDefinition[];
	readonly Locations: readonly string[];
	readonly IsRepeatable: boolean;
}
