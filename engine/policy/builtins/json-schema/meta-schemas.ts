import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import draft7 from 'ajv/dist/refs/json-schema-draft-07.json' with { type: 'json' };
import { type Json, jsonOf } from './json.ts';

const TEXTS: ReadonlyMap<string, unknown> = new Map([
	['http://json-schema.org/draft-06/schema', draft6],
	['http://json-schema.org/draft-07/schema', draft7],
]);

/** The schema of schemas at a URL, of those that are at hand. */
export function metaSchema(url: string): Json | undefined {
	const text = TEXTS.get(url);
	return text === undefined ? undefined : jsonOf(JSON.stringify(text));
}
