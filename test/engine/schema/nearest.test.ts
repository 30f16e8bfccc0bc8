import { Ajv } from 'ajv';
import { test } from 'tap';
import { dotted, escapeToken, explain, tokens } from '../../../engine/schema/explain.ts';
import { nearest } from '../../../engine/schema/nearest.ts';

test('nearest: what was most likely meant, or nothing', async (t) => {
	const known = ['listen', 'labels', 'admin', 'dataDir'];
	for (const [word, meant] of [
		['lables', 'labels'],
		['Listen', 'listen'],
		['lisen', 'listen'],
		['datadir', 'dataDir'],
		['lab', 'labels'],
		['x', undefined],
		['frobnicate', undefined],
	] as const) {
		t.equal(nearest(word, known), meant, word);
	}
	t.equal(nearest('a', []), undefined);
});

test('explain: the words of the schema, not of its branches', async (t) => {
	const schema = {
		type: 'object',
		additionalProperties: false,
		required: ['name'],
		properties: {
			name: { type: 'string' },
			'a/b': { type: 'integer', description: 'a whole number' },
			secret: { anyOf: [{ type: 'object', required: ['env'] }, { type: 'null' }], description: 'a secret source' },
		},
	};
	const validate = new Ajv({ allErrors: true, verbose: true }).compile(schema);
	const said = (value: unknown) => {
		validate(value);
		return explain(validate.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`);
	};
	t.strictSame(said({ nmae: 1, 'a/b': 'x', secret: 'abc' }), [
		' `the document` lacks `name`',
		'/a~1b `a/b` must be a whole number, not `x`',
		'/nmae unknown key `nmae`',
		'/secret `secret` must be a secret source, not `abc`',
	]);
	t.strictSame(said({ name: ['hidden'] }), ['/name `name` must be a string'], 'what is nested is not repeated');
	t.strictSame(tokens('/a~1b/c~0d'), ['a/b', 'c~d']);
	t.equal(escapeToken('a/b~'), 'a~1b~0');
	t.equal(dotted('/a/0'), 'a.0');
});
