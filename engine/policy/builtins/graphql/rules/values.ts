import { BuiltinError } from '../../types.ts';
import { type Definition, KIND, type Value } from '../ast.ts';
import { require } from '../invalid.ts';
import { named, repeats } from '../named.ts';
import type { Rule, Walk } from '../walk.ts';

const SCALARS = ['Int', 'Float', 'String', 'Boolean', 'ID'];
/** Scalars that a literal may stand for; gqlparser has no bounds for `Int` but those of int64. */
const FITS: ReadonlyMap<number, readonly string[]> = new Map([
	[KIND.int, ['Int', 'Float', 'ID']],
	[KIND.float, ['Float']],
	[KIND.string, ['String', 'ID']],
	[KIND.block, ['String', 'ID']],
	[KIND.boolean, ['Boolean']],
]);

/** Values fit the types that are expected (GraphQL, §5.6). Whatever is expected of a scalar of one's own is fine. */
export const valueRule: Rule = {
	value(value, { type, definition }, walk) {
		if (value.Kind === KIND.object) require(!repeats(value.Children.map(({ Name }) => Name)), 'a field comes twice');
		if (definition === undefined || type === undefined) return;
		require(value.Kind !== KIND.null || !type.NonNull, 'null where something is needed');
		if (definition.Kind === 'SCALAR' && !SCALARS.includes(definition.Name)) return;
		require(isReadable(value, walk), 'a value that is out of range');
		switch (value.Kind) {
			case KIND.null:
			case KIND.variable:
				return;
			case KIND.list:
				require(type.Elem !== undefined, 'a list where none is expected');
				return;
			case KIND.enum:
				require(definition.Kind === 'ENUM' && named(definition.EnumValues, value.Raw) !== undefined, `no ${value.Raw}`);
				return;
			case KIND.object:
				checkObject(value, definition, walk);
				return;
			default: {
				const names = FITS.get(value.Kind);
				if (names === undefined) throw new BuiltinError('there is no such kind of value');
				require(definition.Kind !== 'ENUM' && names.includes(definition.Name), `not a value of ${definition.Name}`);
			}
		}
	},
};

function checkObject(value: Value, { Name, Fields, Directives }: Definition, walk: Walk): void {
	walk.effort.spend(Fields.length + Directives.length);
	for (const field of Fields) {
		const needed = field.Type.NonNull && field.DefaultValue === undefined;
		require(!needed || named(value.Children, field.Name) !== undefined, `${Name} needs ${field.Name}`);
	}
	if (named(Directives, 'oneOf')) {
		require(value.Children.length === 1 && value.Children[0]?.Value.Kind !== KIND.null, `${Name} needs one field`);
	}
	for (const child of value.Children) require(named(Fields, child.Name) !== undefined, `${Name} has no ${child.Name}`);
}

/** Whether Go can make a value of it: numbers are in range, also those that variables stand for by default. */
function isReadable({ Kind, Raw, Children }: Value, walk: Walk): boolean {
	walk.effort.spend();
	switch (Kind) {
		case KIND.variable: {
			const standIn = walk.variable(Raw)?.DefaultValue;
			return standIn === undefined || walk.effort.deeper(() => isReadable(standIn, walk));
		}
		case KIND.int:
			return isInt64(Raw);
		case KIND.float:
			return isFloat64(Raw);
		case KIND.boolean:
			return /^([tf]|[TF]|true|false|True|False|TRUE|FALSE|[01])$/.test(Raw);
		case KIND.list:
		case KIND.object:
			return walk.effort.deeper(() => Children.every(({ Value }) => isReadable(Value, walk)));
		default:
			return true;
	}
}

/** `strconv.ParseInt(text, 10, 64)`; digits beyond 19 are zeros in front or too many. */
function isInt64(text: string): boolean {
	const match = /^([+-]?)0*(\d*)$/.exec(text);
	if (match === null || !/\d$/.test(text) || match[2]!.length > 19) return false;
	const value = BigInt(`${match[2] || 0}`) * (match[1] === '-' ? -1n : 1n);
	return BigInt.asIntN(64, value) === value;
}

/** `strconv.ParseFloat(text, 64)`, without hexadecimal. */
function isFloat64(text: string): boolean {
	if (/^[+-]?(inf|infinity|nan)$/i.test(text)) return true;
	return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
}
