/**
 * The structs of gqlparser's tree, for reading one from an object as Go's `encoding/json` would: fields and their
 * types. `[X]` is a list of X, `X!` a pointer that everything else relies on. What only a validated tree has
 * (`Definition`, `ExpectedType` and so on) is read and given back, and means nothing.
 */
export const SHAPES = {
	QueryDocument: shape('Operations:[OperationDefinition] Fragments:[FragmentDefinition] Comment:CommentGroup'),
	OperationDefinition: shape(
		'Operation:text Name:text VariableDefinitions:[VariableDefinition] Directives:[Directive] SelectionSet:selections',
	),
	VariableDefinition: shape(
		`Variable:text Type:Type! DefaultValue:Value Directives:[Directive] Comment:CommentGroup Definition:Definition
		Used:flag`,
	),
	FragmentDefinition: shape(
		`Name:text VariableDefinition:[VariableDefinition] TypeCondition:text Directives:[Directive]
		SelectionSet:selections Definition:Definition`,
	),
	Field: shape(
		`Alias:text Name:text Arguments:[Argument] Directives:[Directive] SelectionSet:selections
		Definition:FieldDefinition ObjectDefinition:Definition`,
	),
	FragmentSpread: shape(
		'Name:text Directives:[Directive] ObjectDefinition:Definition Definition:FragmentDefinition Comment:CommentGroup',
	),
	InlineFragment: shape(
		'TypeCondition:text Directives:[Directive] SelectionSet:selections ObjectDefinition:Definition',
	),
	Argument: shape('Name:text Value:Value! Comment:CommentGroup'),
	Directive: shape(
		'Name:text Arguments:[Argument] ParentDefinition:Definition Definition:DirectiveDefinition Location:text',
	),
	Value: shape(
		`Raw:text Children:[ChildValue] Kind:whole Comment:CommentGroup Definition:Definition
		VariableDefinition:VariableDefinition ExpectedType:Type ExpectedTypeHasDefault:flag`,
	),
	ChildValue: shape('Name:text Value:Value! Comment:CommentGroup'),
	Type: shape('NamedType:text Elem:Type NonNull:flag'),
	SchemaDocument: shape(
		`Schema:[SchemaDefinition] SchemaExtension:[SchemaDefinition] Directives:[DirectiveDefinition]
		Definitions:[Definition] Extensions:[Definition] Comment:CommentGroup`,
	),
	SchemaDefinition: shape(
		`Description:text Directives:[Directive] OperationTypes:[OperationTypeDefinition]
		BeforeDescriptionComment:CommentGroup AfterDescriptionComment:CommentGroup EndOfDefinitionComment:CommentGroup`,
	),
	OperationTypeDefinition: shape('Operation:text Type:text Comment:CommentGroup'),
	Definition: shape(
		`Kind:text Description:text Name:text Directives:[Directive] Interfaces:[text] Fields:[FieldDefinition]
		Types:[text] EnumValues:[EnumValueDefinition] BuiltIn:flag BeforeDescriptionComment:CommentGroup
		AfterDescriptionComment:CommentGroup EndOfDefinitionComment:CommentGroup`,
	),
	FieldDefinition: shape(
		`Description:text Name:text Arguments:[ArgumentDefinition] DefaultValue:Value Type:Type! Directives:[Directive]
		BeforeDescriptionComment:CommentGroup AfterDescriptionComment:CommentGroup`,
	),
	ArgumentDefinition: shape(
		`Description:text Name:text DefaultValue:Value Type:Type! Directives:[Directive]
		BeforeDescriptionComment:CommentGroup AfterDescriptionComment:CommentGroup`,
	),
	EnumValueDefinition: shape(
		`Description:text Name:text Directives:[Directive] BeforeDescriptionComment:CommentGroup
		AfterDescriptionComment:CommentGroup`,
	),
	DirectiveDefinition: shape(
		`Description:text Name:text Arguments:[ArgumentDefinition] Locations:[text] IsRepeatable:flag
		BeforeDescriptionComment:CommentGroup AfterDescriptionComment:CommentGroup`,
	),
	CommentGroup: shape('List:[Comment]'),
	Comment: shape('Value:text'),
} as const;

export type ShapeName = keyof typeof SHAPES;

/** These read their own JSON in Go: names of fields must be exact, and they lose their comments. */
export const EXACT: ReadonlySet<ShapeName> = new Set([
	'OperationDefinition',
	'FragmentDefinition',
	'Field',
	'InlineFragment',
]);

export interface FieldShape {
	readonly name: string;
	readonly type: 'text' | 'flag' | 'whole' | 'selections' | ShapeName;
	readonly list: boolean;
	readonly needed: boolean;
}

function shape(text: string): readonly FieldShape[] {
	return text.split(/\s+/).map((field) => {
		const [name, type] = field.split(':') as [string, string];
		return {
			name,
			type: type.replace(/[[\]!]/g, '') as FieldShape['type'],
			list: type.startsWith('['),
			needed: type.endsWith('!'),
		};
	});
}
