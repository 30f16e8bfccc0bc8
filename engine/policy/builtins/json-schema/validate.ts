import { numberText } from '../../value/decimal.ts';
import { isInteger, order, type Rational, rational } from '../rationals.ts';
import { BuiltinError } from '../types.ts';
import { isFormat } from './formats.ts';
import { canonical, isJsonNumber, isList, isObject, type Json, type JsonObject } from './json.ts';
import { limitText } from './limit-text.ts';
import { Result } from './result.ts';
import type { Schema } from './schema.ts';

/** More comparisons of a value with a schema than this no schema needs. */
const MOST_STEPS = 200_000;

/** Checks a document. In OPA's order, which tells which of several alternatives came closest. */
export class Validator {
	#steps = 0;

	validate(schema: Schema, node: Json, path: string): Result {
		const result = new Result(path);
		this.#into(result, schema, node);
		return result;
	}

	#into(result: Result, schema: Schema, node: Json): void {
		if (++this.#steps > MOST_STEPS) throw new BuiltinError('too much to check');
		if (schema.pass !== undefined) {
			if (!schema.pass) result.add('false', 'False always fails validation');
			return;
		}
		if (schema.target !== undefined) {
			this.#into(result, schema.target, node);
			return;
		}
		const type = typeOf(node);
		if (schema.types.length > 0 && !schema.types.includes(type)) {
			if (type !== 'integer' || !schema.types.includes('number')) {
				const expected = schema.types.length > 1 ? `[${schema.types.join(',')}]` : schema.types[0];
				result.add('invalid_type', `Invalid type. Expected: ${expected}, given: ${type}`);
				return;
			}
		}
		this.#combinations(result, schema, node);
		if (isList(node)) this.#array(result, schema, node);
		if (isObject(node)) this.#object(result, schema, node);
		if (isJsonNumber(node)) number(result, schema, rational(numberText(node))!);
		values(result, schema, node);
		if (typeof node === 'string') text(result, schema, node);
		if (isObject(node)) {
			for (const [name, property] of schema.properties) {
				const value = node.get(name);
				if (value !== undefined) this.#into(result.at(name), property, value);
			}
		}
		result.score++;
	}

	#combinations(result: Result, schema: Schema, node: Json): void {
		const check = (part: Schema) => this.validate(part, node, result.path);
		if (schema.anyOf.length > 0) {
			const found = firstValid(schema.anyOf, check);
			if (!found.valid) {
				result.add('number_any_of', 'Must validate at least one schema (anyOf)');
				result.merge(found.closest);
			}
		}
		if (schema.oneOf.length > 0) oneOf(result, schema.oneOf.map(check));
		if (schema.allOf.length > 0) {
			const results = schema.allOf.map(check);
			for (const part of results) result.merge(part);
			if (!results.every(({ valid }) => valid)) {
				result.add('number_all_of', 'Must validate all the schemas (allOf)');
			}
		}
		if (schema.not !== undefined && check(schema.not).valid) {
			result.add('number_not', 'Must not validate the schema (not)');
		}
		if (isObject(node)) this.#dependencies(result, schema, node);
		if (schema.if !== undefined) {
			const condition = check(schema.if).valid;
			const consequence = condition ? schema.then : schema.else;
			const outcome = consequence && check(consequence);
			if (outcome !== undefined && !outcome.valid) {
				if (condition) result.add('condition_then', 'Must validate "then" as "if" was valid');
				else result.add('condition_else', 'Must validate "else" as "if" was not valid');
				result.merge(outcome);
			}
		}
		result.score++;
	}

	#dependencies(result: Result, schema: Schema, node: JsonObject): void {
		for (const name of node.keys()) {
			const needed = schema.dependencies.get(name);
			if (needed === undefined) continue;
			if (!isList(needed as Json)) {
				this.#into(result, needed as Schema, node);
				continue;
			}
			for (const key of needed as readonly string[]) {
				if (!node.has(key)) result.add('missing_dependency', `Has a dependency on ${key}`);
			}
		}
	}

	#array(result: Result, schema: Schema, node: readonly Json[]): void {
		const item = (part: Schema, i: number) => this.validate(part, node[i]!, result.pathTo(String(i)));
		const { items = [], additionalItems } = schema;
		if (!Array.isArray(items)) {
			for (const i of node.keys()) result.merge(item(items as Schema, i));
		} else if (items.length > 0) {
			for (const [i, part] of items.slice(0, node.length).entries()) result.merge(item(part as Schema, i));
			if (items.length < node.length && additionalItems === false) {
				result.add('array_no_additional_items', 'No additional items allowed on array');
			} else if (typeof additionalItems === 'object') {
				for (let i = items.length; i < node.length; i++) result.merge(item(additionalItems, i));
			}
		}
		if (schema.minItems !== undefined && node.length < schema.minItems) {
			result.add('array_min_items', `Array must have at least ${schema.minItems} items`);
		}
		if (schema.maxItems !== undefined && node.length > schema.maxItems) {
			result.add('array_max_items', `Array must have at most ${schema.maxItems} items`);
		}
		if (schema.uniqueItems === true) unique(result, node);
		if (schema.contains !== undefined) {
			const found = firstValid([...node.keys()], (i) => item(schema.contains!, i));
			if (!found.valid) {
				result.add('contains', 'At least one of the items must match');
				result.merge(found.closest);
			}
		}
		result.score++;
	}

	#object(result: Result, schema: Schema, node: JsonObject): void {
		if (schema.minProperties !== undefined && node.size < schema.minProperties) {
			result.add('array_min_properties', `Must have at least ${schema.minProperties} properties`);
		}
		if (schema.maxProperties !== undefined && node.size > schema.maxProperties) {
			result.add('array_max_properties', `Must have at most ${schema.maxProperties} properties`);
		}
		for (const name of schema.required) {
			if (node.has(name)) result.score++;
			else result.add('required', `${name} is required`);
		}
		for (const [name, value] of node) this.#property(result, schema, name, value);
		if (schema.propertyNames !== undefined) {
			for (const name of node.keys()) {
				const outcome = this.validate(schema.propertyNames, name, result.path);
				if (outcome.valid) continue;
				result.add('invalid_property_name', `Property name of "${name}" does not match`);
				result.merge(outcome);
			}
		}
		result.score++;
	}

	#property(result: Result, schema: Schema, name: string, value: Json): void {
		const check = (part: Schema) => this.validate(part, value, result.pathTo(name));
		let described = false;
		for (const { pattern, schema: part } of schema.patternProperties.values()) {
			if (!pattern.test(name)) continue;
			described = true;
			result.merge(check(part));
		}
		if (described) result.score++;
		if (described || schema.properties.has(name)) return;
		const { additionalProperties } = schema;
		if (additionalProperties === false) {
			result.add('additional_property_not_allowed', `Additional property ${name} is not allowed`);
		} else if (typeof additionalProperties === 'object') {
			result.merge(check(additionalProperties));
		}
	}
}

function typeOf(node: Json): string {
	if (node === null) return 'null';
	if (isList(node)) return 'array';
	if (isObject(node)) return 'object';
	if (!isJsonNumber(node)) return typeof node;
	return isInteger(rational(numberText(node))!) ? 'integer' : 'number';
}

/** Up to the first that is valid; of those that are not, the closest. */
function firstValid<T>(
	parts: readonly T[],
	check: (part: T) => Result,
): { readonly valid: boolean; readonly closest: Result | undefined } {
	let closest: Result | undefined;
	for (const part of parts) {
		const outcome = check(part);
		if (outcome.valid) return { valid: true, closest: undefined };
		if (closest === undefined || outcome.score > closest.score) closest = outcome;
	}
	return { valid: false, closest };
}

function oneOf(result: Result, outcomes: readonly Result[]): void {
	const valid = outcomes.filter((outcome) => outcome.valid).length;
	if (valid === 1) return;
	result.add('number_one_of', 'Must validate one and only one schema (oneOf)');
	if (valid === 0) result.merge(firstValid(outcomes, (outcome) => outcome).closest);
}

function unique(result: Result, items: readonly Json[]): void {
	const seen = new Map<string, number>();
	for (const [j, item] of items.entries()) {
		const written = canonical(item);
		const i = seen.get(written);
		if (i !== undefined) result.add('unique', `array items[${i},${j}] must be unique`);
		seen.set(written, j);
	}
}

function number(result: Result, schema: Schema, value: Rational): void {
	const { multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum } = schema;
	if (multipleOf !== undefined) {
		const { numerator, denominator } = multipleOf.value;
		const quotient = { numerator: value.numerator * denominator, denominator: value.denominator * numerator };
		if (!isInteger(quotient)) result.add('multiple_of', `Must be a multiple of ${limitText(multipleOf)}`);
	}
	if (maximum !== undefined && order(value, maximum.value) > 0) {
		result.add('number_lte', `Must be less than or equal to ${limitText(maximum)}`);
	}
	if (exclusiveMaximum !== undefined && order(value, exclusiveMaximum.value) >= 0) {
		result.add('number_lt', `Must be less than ${limitText(exclusiveMaximum)}`);
	}
	if (minimum !== undefined && order(value, minimum.value) < 0) {
		result.add('number_gte', `Must be greater than or equal to ${limitText(minimum)}`);
	}
	if (exclusiveMinimum !== undefined && order(value, exclusiveMinimum.value) <= 0) {
		result.add('number_gt', `Must be greater than ${limitText(exclusiveMinimum)}`);
	}
	result.score++;
}

function values(result: Result, schema: Schema, node: Json): void {
	if (schema.const !== undefined && canonical(node) !== schema.const) {
		result.add('const', `${result.field} does not match: ${schema.const}`);
	}
	if (schema.enum !== undefined && !schema.enum.includes(canonical(node))) {
		result.add('enum', `${result.field} must be one of the following: ${schema.enum.join(', ')}`);
	}
	if (schema.format !== undefined && typeof node === 'string' && !isFormat(schema.format, node)) {
		result.add('format', `Does not match format '${schema.format}'`);
	}
	result.score++;
}

function text(result: Result, schema: Schema, node: string): void {
	const length = [...node].length;
	if (schema.minLength !== undefined && length < schema.minLength) {
		result.add('string_gte', `String length must be greater than or equal to ${schema.minLength}`);
	}
	if (schema.maxLength !== undefined && length > schema.maxLength) {
		result.add('string_lte', `String length must be less than or equal to ${schema.maxLength}`);
	}
	if (schema.pattern !== undefined && !schema.pattern.test(node)) {
		result.add('pattern', `Does not match pattern '${schema.pattern.pattern()}'`);
	}
	result.score++;
}
