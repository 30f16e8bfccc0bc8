import type { Frame } from './frame/frame.ts';
import { type JsonNode, member } from './frame/json.ts';
import { pointerOf } from './mask/place.ts';
import type { Step } from './mask/protected.ts';
import { type Splice, splice } from './mask/splice.ts';
import { compileSchema } from './policy/builtins/json-schema/compile.ts';
import { isObject, type Json, jsonOf } from './policy/builtins/json-schema/json.ts';
import type { Schema } from './policy/builtins/json-schema/schema.ts';
import { Validator } from './policy/builtins/json-schema/validate.ts';

/** A result of a call that stands in a frame, or is it. */
export interface CallResult {
	readonly node: JsonNode;
	/** Keys and indexes from the root of the frame down to it. */
	readonly at: readonly Step[];
	/** JSON text of the called tool's `outputSchema`. */
	readonly schema: string;
}

/**
 * The place of masked `structuredContent` that does not fit the tool's schema any more; undefined: it fits, or nobody can
 * say, or it did not fit before either (contract §1). Keywords newer than draft 7 constrain nothing.
 *
 * @returns a JSON Pointer into the frame, masked keys as they are shown
 */
export function misfit(frame: Frame, splices: readonly Splice[], { node, at, schema }: CallResult): string | undefined {
	const content = member(node, 'structuredContent');
	const failed = member(node, 'isError');
	if (content === undefined || (failed?.type === 'literal' && failed.value === true)) return undefined;
	const place = pointerOf([...at, 'structuredContent']);
	// It goes altogether, and a tool with a schema has to have it.
	if (splices.some(({ start, end }) => start < content.start && end >= content.end)) return place;
	const inside = splices.filter(({ start, end }) => start >= content.start && end <= content.end);
	if (inside.length === 0) return undefined;
	const bytes = frame.bytes.subarray(content.start, content.end);
	const moved = inside.map((one) => ({ ...one, start: one.start - content.start, end: one.end - content.start }));
	const errors = errorsOf(schema, splice(bytes, moved));
	if (errors === undefined || errors.length === 0 || errorsOf(schema, bytes)?.length !== 0) return undefined;
	const fields = new Set(errors.map(({ field }) => field));
	const masked = inside.find(({ pointer }) => fields.has(pointer.slice(place.length + 1).replaceAll('/', '.')));
	return (masked ?? inside[0]!).pointer;
}

function errorsOf(text: string, document: Buffer): readonly { readonly field: string }[] | undefined {
	try {
		return new Validator().validate(compiled(text), jsonOf(document.toString('utf8')), '(Root)').errors;
	} catch {
		return undefined;
	}
}

const KEPT = 64;
const schemas = new Map<string, Schema>();

function compiled(text: string): Schema {
	let schema = schemas.get(text);
	if (schema === undefined) {
		if (schemas.size >= KEPT) schemas.clear();
		schema = compileSchema(withoutDialect(jsonOf(text)));
		schemas.set(text, schema);
	}
	return schema;
}

/** A dialect that the validator does not know is read as those that it knows. */
function withoutDialect(json: Json): Json {
	if (!isObject(json)) return json;
	return new Map([...json].filter(([key]) => key !== '$schema'));
}
