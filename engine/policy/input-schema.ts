import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The JSON Schema of the input document, version 1, as text: the single truth for types, docs and tests. */
export const INPUT_SCHEMA_TEXT: string = readFileSync(join(import.meta.dirname, '../input/input.schema.json'), 'utf8');

/** The same, parsed. */
export const INPUT_SCHEMA: unknown = JSON.parse(INPUT_SCHEMA_TEXT);
