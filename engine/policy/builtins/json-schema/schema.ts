import type { RE2JS } from 're2js';
import type { Rational } from '../rationals.ts';

/** A draft by its number; a schema that names none follows all of them (`HYBRID`). */
export type Draft = 4 | 6 | 7 | typeof HYBRID;
export const HYBRID = 99;

export const TYPES = ['array', 'boolean', 'integer', 'number', 'null', 'object', 'string'] as const;

/** A bound, and how it was written. */
export interface Limit {
	readonly value: Rational;
	readonly text: string;
}

/** A schema that was understood. What is not there constrains nothing. */
export interface Schema {
	/** Of a schema that is only `true` or `false`. */
	pass?: boolean;
	/** What `$ref` stands for; then nothing else counts. */
	target?: Schema;
	types: string[];
	properties: Map<string, Schema>;
	patternProperties: Map<string, { readonly pattern: RE2JS; readonly schema: Schema }>;
	additionalProperties?: boolean | Schema;
	propertyNames?: Schema;
	dependencies: Map<string, readonly string[] | Schema>;
	/** One for all items, or one for each place. */
	items?: Schema | readonly Schema[];
	additionalItems?: boolean | Schema;
	contains?: Schema;
	multipleOf?: Limit;
	minimum?: Limit;
	exclusiveMinimum?: Limit;
	maximum?: Limit;
	exclusiveMaximum?: Limit;
	minLength?: number;
	maxLength?: number;
	pattern?: RE2JS;
	format?: string;
	minProperties?: number;
	maxProperties?: number;
	required: string[];
	minItems?: number;
	maxItems?: number;
	uniqueItems?: boolean;
	/** As canonical JSON. */
	const?: string;
	enum?: readonly string[];
	oneOf: Schema[];
	anyOf: Schema[];
	allOf: Schema[];
	not?: Schema;
	if?: Schema;
	then?: Schema;
	else?: Schema;
}

export function emptySchema(): Schema {
	return {
		types: [],
		properties: new Map(),
		patternProperties: new Map(),
		dependencies: new Map(),
		required: [],
		oneOf: [],
		anyOf: [],
		allOf: [],
	};
}
