import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { test } from 'tap';
import { DOCUMENTS, type DocumentName, schemaOf } from '../../../cli/runner/schemas.ts';

test('every document has a schema that compiles and says what it is of', async (t) => {
	for (const name of Object.keys(DOCUMENTS) as DocumentName[]) {
		const schema = JSON.parse(await schemaOf(name));
		if (name === 'capabilities') {
			t.ok(schema.builtins.length > 100);
			continue;
		}
		const Validator = /2020-12/.test(schema.$schema) ? Ajv2020 : Ajv;
		t.doesNotThrow(() => new Validator({ strict: false, allErrors: true }).compile(schema), name);
		t.ok(schema.title, `${name} has a title`);
	}
});
