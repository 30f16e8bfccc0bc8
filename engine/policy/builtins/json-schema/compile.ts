import { order, rational } from '../rationals.ts';
import { BuiltinError } from '../types.ts';
import { canonical, isJsonNumber, isList, isObject, type Json, type JsonObject } from './json.ts';
import { normal } from './json-references.ts';
import { boundAt, countAt, invalidType, limitOf, listAt, objectAt, regex, textAt } from './keywords.ts';
import { draftOf, References } from './references.ts';
import { type Draft, emptySchema, HYBRID, type Schema, TYPES } from './schema.ts';

/** A schema as OPA understands it: drafts 4, 6 and 7. Throws `BuiltinError` with OPA's words where it is none. */
export function compileSchema(json: Json): Schema {
	const compiler = new Compiler(new References(json));
	return compiler.schema(json, draftOf(json) ?? HYBRID);
}

const COUNTS = [
	['minLength', 'maxLength'],
	['minProperties', 'maxProperties'],
	['minItems', 'maxItems'],
] as const;

class Compiler {
	readonly #references: References;
	/** What `$ref`s stand for, also while they are being compiled: schemas may contain themselves. */
	readonly #targets = new Map<string, Schema>();

	constructor(references: References) {
		this.#references = references;
	}

	schema(json: Json, draft: Draft, schema: Schema = emptySchema()): Schema {
		if (draft >= 6 && typeof json === 'boolean') {
			schema.pass = json;
			return schema;
		}
		if (!isObject(json)) throw new BuiltinError('Expected: Valid Schema, given: Invalid JSON');
		const id = textAt(json, draft === 4 || (draft === HYBRID && json.has('id')) ? 'id' : '$id');
		if (id !== undefined) normal(id);
		this.#definitions(json, draft);
		textAt(json, 'title');
		textAt(json, 'description');
		if (this.#reference(json, draft, schema)) return schema;
		this.#types(json, schema);
		this.#objects(json, draft, schema);
		this.#arrays(json, draft, schema);
		numbers(json, draft, schema);
		this.#lengths(json, draft, schema);
		this.#values(json, draft, schema);
		this.#combinations(json, draft, schema);
		return schema;
	}

	#definitions(json: JsonObject, draft: Draft): void {
		const definitions = json.get('definitions');
		if (definitions === undefined) return;
		if (!isObject(definitions)) throw invalidType('Array Of Schemas', 'definitions');
		for (const definition of definitions.values()) {
			if (!isSchema(definition)) throw invalidType('Array Of Schemas', 'definitions');
			this.schema(definition, draft);
		}
	}

	/** Whether nothing else in `json` is to be looked at. */
	#reference(json: JsonObject, draft: Draft, schema: Schema): boolean {
		const written = textAt(json, '$ref');
		if (written === undefined) return false;
		const reference = normal(this.#references.absolute(json, written));
		const known = this.#targets.get(reference);
		if (known !== undefined) {
			schema.target = known;
			return false;
		}
		const target = emptySchema();
		this.#targets.set(reference, target);
		const found = this.#references.get(reference);
		if (!isSchema(found.json)) throw new BuiltinError('Valid Schema must be of type object');
		schema.target = this.schema(found.json, found.draft ?? draft, target);
		return true;
	}

	#types(json: JsonObject, schema: Schema): void {
		const type = json.get('type');
		if (type === undefined) return;
		if (typeof type !== 'string' && !isList(type)) throw invalidType('type', 'string/Array Of Strings');
		for (const name of typeof type === 'string' ? [type] : type) {
			if (typeof name !== 'string') throw invalidType('type', 'string/Array Of Strings');
			if (!(TYPES as readonly string[]).includes(name)) {
				const valid = `[${TYPES.join(' ')}]`;
				throw new BuiltinError(
					`has a primitive type that is NOT VALID -- given: /${name}/ Expected valid values are:${valid}`,
				);
			}
			if (schema.types.includes(name)) throw new BuiltinError(`${name} type is duplicated`);
			schema.types.push(name);
		}
	}

	#objects(json: JsonObject, draft: Draft, schema: Schema): void {
		const properties = json.get('properties');
		if (properties !== undefined) {
			if (!isObject(properties)) throw new BuiltinError('Properties must be of type object');
			for (const [name, property] of properties) schema.properties.set(name, this.schema(property, draft));
		}
		const additional = this.#additional(json, 'additionalProperties', draft);
		if (additional !== undefined) schema.additionalProperties = additional;
		for (const [text, property] of objectAt(json, 'patternProperties') ?? []) {
			const pattern = regex(text, `Invalid regex pattern '${text}'`);
			schema.patternProperties.set(text, { pattern, schema: this.schema(property, draft) });
		}
		const names = json.get('propertyNames');
		if (names !== undefined && draft >= 6) {
			if (!isSchema(names)) throw invalidType('Valid Schema', 'patternProperties');
			schema.propertyNames = this.schema(names, draft);
		}
		this.#dependencies(json, draft, schema);
	}

	#additional(json: JsonObject, name: string, draft: Draft): boolean | Schema | undefined {
		const value = json.get(name);
		if (value === undefined || typeof value === 'boolean') return value;
		if (!isObject(value)) throw invalidType('boolean/Valid Schema', name);
		return this.schema(value, draft);
	}

	#dependencies(json: JsonObject, draft: Draft, schema: Schema): void {
		const dependencies = json.get('dependencies');
		if (dependencies === undefined) return;
		if (!isObject(dependencies)) throw new BuiltinError('dependencies must be of type object');
		for (const [name, needed] of dependencies) {
			if (isSchema(needed)) schema.dependencies.set(name, this.schema(needed, draft));
			else if (isList(needed) && needed.every((key) => typeof key === 'string')) schema.dependencies.set(name, needed);
			else throw new BuiltinError('Dependency must be of type Schema Or Array Of Strings');
		}
	}

	#arrays(json: JsonObject, draft: Draft, schema: Schema): void {
		const items = json.get('items');
		if (items !== undefined) {
			const list = isList(items) ? items : [items];
			const schemas = list.map((item) => {
				if (!isSchema(item)) throw invalidType('Valid Schema/Array Of Schemas', 'items');
				return this.schema(item, draft);
			});
			schema.items = isList(items) ? schemas : schemas[0]!;
		}
		const additional = this.#additional(json, 'additionalItems', draft);
		if (additional !== undefined) schema.additionalItems = additional;
	}

	#lengths(json: JsonObject, draft: Draft, schema: Schema): void {
		for (const [min, max] of COUNTS) {
			const [least, most] = [countAt(json, min), countAt(json, max)];
			if (least !== undefined) schema[min] = least;
			if (most !== undefined) schema[max] = most;
			if (min !== 'minItems' && least !== undefined && most !== undefined && least > most) {
				throw new BuiltinError(`${min} cannot be greater than ${max}`);
			}
			if (min === 'minLength') texts(json, schema);
			if (min === 'minProperties') required(json, schema);
		}
		const unique = json.get('uniqueItems');
		if (unique !== undefined) {
			if (typeof unique !== 'boolean') throw new BuiltinError('uniqueItems must be of a boolean');
			schema.uniqueItems = unique;
		}
		const contains = json.get('contains');
		if (contains !== undefined && draft >= 6) schema.contains = this.schema(contains, draft);
	}

	#values(json: JsonObject, draft: Draft, schema: Schema): void {
		const constant = json.get('const');
		if (constant !== undefined && draft >= 6) schema.const = canonical(constant);
		const values = listAt(json, 'enum')?.map(canonical);
		if (values === undefined) return;
		if (new Set(values).size < values.length) throw new BuiltinError('enum items must be unique');
		schema.enum = values;
	}

	#combinations(json: JsonObject, draft: Draft, schema: Schema): void {
		for (const name of ['oneOf', 'anyOf', 'allOf'] as const) {
			for (const part of listAt(json, name) ?? []) schema[name].push(this.schema(part, draft));
		}
		const names = draft >= 7 ? (['not', 'if', 'then', 'else'] as const) : (['not'] as const);
		for (const name of names) {
			const part = json.get(name);
			if (part === undefined) continue;
			if (!isSchema(part)) throw new BuiltinError(`${name} must be of an object`);
			schema[name] = this.schema(part, draft);
		}
	}
}

function isSchema(json: Json): json is boolean | JsonObject {
	return typeof json === 'boolean' || isObject(json);
}

function numbers(json: JsonObject, draft: Draft, schema: Schema): void {
	const multiple = json.get('multipleOf');
	if (multiple !== undefined) {
		const limit = limitOf(multiple);
		if (limit === undefined) throw invalidType('Number', 'multipleOf');
		if (order(limit.value, rational('0')!) <= 0) {
			throw new BuiltinError('multipleOf must be strictly greater than 0');
		}
		schema.multipleOf = limit;
	}
	bound(json, draft, schema, 'minimum', 'exclusiveMinimum');
	bound(json, draft, schema, 'maximum', 'exclusiveMaximum');
}

/** Draft 4 has a boolean that makes the other keyword exclusive, later ones a number. */
function bound(
	json: JsonObject,
	draft: Draft,
	schema: Schema,
	name: 'minimum' | 'maximum',
	exclusive: 'exclusiveMinimum' | 'exclusiveMaximum',
): void {
	const limit = boundAt(json, name);
	if (limit !== undefined) schema[name] = limit;
	const value = json.get(exclusive);
	if (value === undefined) return;
	if (typeof value === 'boolean' && (draft === 4 || draft === HYBRID)) {
		if (limit === undefined) throw new BuiltinError(`${exclusive} cannot be used without ${name}`);
		if (!value) return;
		schema[exclusive] = limit;
		delete schema[name];
		return;
	}
	const expected = draft === 4 ? 'boolean' : draft === HYBRID ? 'boolean/number' : 'number';
	if (draft === 4 || !isJsonNumber(value)) throw invalidType(expected, exclusive);
	schema[exclusive] = limitOf(value)!;
}

function texts(json: JsonObject, schema: Schema): void {
	const pattern = textAt(json, 'pattern');
	if (pattern !== undefined) schema.pattern = regex(pattern, 'pattern must be a valid regex');
	const format = textAt(json, 'format');
	if (format !== undefined) schema.format = format;
}

function required(json: JsonObject, schema: Schema): void {
	for (const name of listAt(json, 'required') ?? []) {
		if (typeof name !== 'string') throw invalidType('string', 'required');
		if (schema.required.includes(name)) throw new BuiltinError('required items must be unique');
		schema.required.push(name);
	}
}
