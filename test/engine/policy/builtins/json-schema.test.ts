import t from 'tap';
import { jsonSchemas } from '../../../../engine/policy/builtins/json-schemas.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { type Call, calls, differences, rego } from './against-opa.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const BROKEN = [
	...[
		'{"type": "unknown"}',
		'{"type": ["string", "string"]}',
		'{"type": 1}',
		'{"type": [1]}',
		'{"properties": 1}',
		'{"properties": {"a": 1}}',
	],
	...[
		'{"additionalProperties": 1}',
		'{"patternProperties": {"(": {}}}',
		'{"patternProperties": 1}',
		'{"propertyNames": 1}',
		'{"dependencies": 1}',
	],
	...[
		'{"dependencies": {"a": [1]}}',
		'{"dependencies": {"a": 1}}',
		'{"items": 1}',
		'{"items": [1]}',
		'{"additionalItems": 1}',
		'{"multipleOf": 0}',
	],
	...[
		'{"multipleOf": "1"}',
		'{"minimum": "1"}',
		'{"maximum": null}',
		'{"exclusiveMinimum": true}',
		'{"exclusiveMinimum": "1"}',
		'{"exclusiveMaximum": true}',
	],
	...[
		'{"minLength": -1}',
		'{"minLength": 1.0}',
		'{"minLength": 1e2}',
		'{"minLength": "1"}',
		'{"minLength": 2, "maxLength": 1}',
		'{"pattern": "("}',
		'{"pattern": 1}',
	],
	...[
		'{"format": 1}',
		'{"minProperties": 2, "maxProperties": 1}',
		'{"required": "a"}',
		'{"required": [1]}',
		'{"required": ["a", "a"]}',
		'{"minItems": -1}',
	],
	...[
		'{"minItems": 3, "maxItems": 1}',
		'{"uniqueItems": 1}',
		'{"enum": 1}',
		'{"enum": [1, 1.0]}',
		'{"enum": []}',
		'{"oneOf": 1}',
		'{"anyOf": [1]}',
		'{"allOf": {}}',
	],
	...[
		'{"not": 1}',
		'{"title": 1}',
		'{"description": 1}',
		'{"definitions": 1}',
		'{"definitions": {"a": 1}}',
		'{"$ref": 1}',
		'{"$ref": "#/definitions/none"}',
	],
	...[
		'{"$ref": "other.json"}',
		'{"$ref": "#/a", "a": 1}',
		'{"$ref": "#/a/x", "a": [1]}',
		'{"$ref": "#/a/5", "a": [1]}',
		'{"$schema": 1}',
		'{"$id": 1}',
		'{"id": 1}',
	],
	...[
		'{"definitions": {"a": {"$id": "#x"}, "b": {"$id": "#x"}}}',
		'[]',
		'[{}]',
		'"{"',
		'"[]"',
		'"true"',
		'"1"',
		'"null"',
		'1',
		'null',
		'true',
		'set()',
		'"{}"',
		'{}',
	],
	...[
		'{"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": 2}',
		'{"contains": 1}',
		'{"if": 1}',
		'{"then": 1}',
		'{"else": 1}',
	],
	...[
		'{"$schema": "http://json-schema.org/draft-06/schema#", "exclusiveMinimum": true}',
		'{"$schema": "http://json-schema.org/draft-06/schema#", "if": 1}',
	],
	...[
		'{"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMaximum": true}',
		'{"$schema": "http://json-schema.org/draft-04/schema#", "items": true}',
	],
	...[
		'{"$schema": "urn:other"}',
		'{"const": 1}',
		'{1: 2}',
		'{"type": "integer", "type2": .5}',
		'{"pattern": "(?=a)"}',
		'{"exclusiveMinimum": null}',
	],
];
const DRAFT4 = '"$schema": "http://json-schema.org/draft-04/schema#", ';
const DRAFT6 = '"$schema": "http://json-schema.org/draft-06/schema#", ';
const SCHEMAS = [
	...[
		'{}',
		'{"type": "object"}',
		'{"type": ["string", "null"]}',
		'{"type": "integer"}',
		'{"type": "number"}',
		'{"type": "array"}',
		'{"type": "boolean"}',
	],
	...[
		'{"properties": {"a": {"type": "string"}}}',
		'{"properties": {"a": {"properties": {"b": {"minimum": 10}}}}}',
		'{"required": ["a", "z"]}',
		'{"minProperties": 2}',
	],
	...[
		'{"maxProperties": 1}',
		'{"additionalProperties": false}',
		'{"properties": {"a": true}, "additionalProperties": false}',
		'{"additionalProperties": {"type": "string"}}',
	],
	...[
		'{"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": false}',
		'{"propertyNames": {"maxLength": 1}}',
		'{"propertyNames": false}',
	],
	...[
		'{"dependencies": {"a": ["b", "z"]}}',
		'{"dependencies": {"a": {"required": ["z"]}}}',
		'{"items": {"type": "string"}}',
		'{"items": [{"type": "string"}, {"minimum": 5}]}',
	],
	...[
		'{"items": [{}], "additionalItems": false}',
		'{"items": [{}], "additionalItems": {"type": "null"}}',
		'{"minItems": 3}',
		'{"maxItems": 1}',
		'{"uniqueItems": true}',
	],
	...[
		'{"contains": {"const": 2}}',
		'{"contains": false}',
		'{"enum": [1, "a", {"a": 1}, [1.0]]}',
		'{"const": {"a": "<&>"}}',
		'{"const": 1}',
		'{"const": null}',
		'{"enum": []}',
	],
	...[
		'{"anyOf": [{"type": "string"}, {"required": ["z"]}]}',
		'{"anyOf": [{"properties": {"a": {"type": "null"}}, "required": ["q"]}, {"type": "boolean"}]}',
	],
	...[
		'{"oneOf": [{"type": "object"}, {"required": ["a"]}]}',
		'{"oneOf": [{"type": "string"}, {"type": "boolean"}]}',
		'{"allOf": [{"required": ["z"]}, {"type": "array"}]}',
	],
	...[
		'{"not": {}}',
		'{"not": {"type": "object"}}',
		'{"if": {"required": ["a"]}, "then": {"required": ["z"]}, "else": {"type": "string"}}',
		'{"if": true, "else": false}',
	],
	...[
		'{"$ref": "#/definitions/d", "definitions": {"d": {"type": "string"}}}',
		'{"properties": {"a": {"$ref": "#"}}, "type": "object"}',
		'{"$ref": "#x", "definitions": {"d": {"$id": "#x", "type": "null"}}}',
	],
	...[
		'{"$id": "http://e.x/a/b.json", "$ref": "c.json", "definitions": {"d": {"$id": "c.json", "type": "null"}}}',
		'{"$ref": "#/definitions/a~1b%25", "definitions": {"a/b%": {"type": "null"}}}',
	],
	...[
		'{"items": {"$ref": "#/definitions/n"}, "definitions": {"n": {"anyOf": [{"type": "integer"}, {"$ref": "#"}]}}}',
		'{"$ref": "http://json-schema.org/draft-07/schema#"}',
	],
	...[
		`{${DRAFT4}"minimum": 5, "exclusiveMinimum": true}`,
		`{${DRAFT4}"const": 7}`,
		`{${DRAFT6}"if": true, "then": false}`,
		`{${DRAFT6}"not": true}`,
	],
];
const DOCUMENTS = [
	...[
		'{}',
		'{"a": 1}',
		'{"a": "x", "b": 2}',
		'{"a": {"b": 5}}',
		'{"a": {"a": {"a": 1}}}',
		'[]',
		'[1, 2, 2.0]',
		'["x", 3, null]',
		'[[1], [[2]], ["x"]]',
		'"1"',
		'"1.5"',
	],
	...[
		'"\\"a\\""',
		'"null"',
		'"true"',
		'"{\\"a\\": \\"<&>\\"}"',
		'"{"',
		'5',
		'null',
		'true',
		'{"z": null, "a": null}',
		'set()',
		'[{1, 2}]',
		'{1: 2}',
		'"5.0"',
		'"5.00001"',
		'"1e1"',
	],
];
const SEVERAL = ['{"a": "x", "b": 2}', '{"z": null, "a": null}'];
const LIMITED = ['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].flatMap((name) =>
	['1', '0.1', '2.50', '1000000', '1234567.5', '1e-5', '0.0001', '1e22', '100000', '12345678901234567890', '-3']
		.filter((n) => name !== 'multipleOf' || n !== '-3')
		.map((n) => `{"${name}": ${n}}`),
);
const NUMBERS = ['0', '1', '0.3', '1000000', '-5', '3.7', '1e30', '12345678901234567890'].map(rego).map((text) => text);
const FORMATS: Readonly<Record<string, readonly string[]>> = {
	date: ['2024-02-29', '2023-02-29', '2024-1-1', 'x', ''],
	time: ['10:00:00', '10:00:00Z', '1:00:00', '10:00:00.5+02:00', '24:00:00', '10:00', '10:00:60'],
	'date-time': [
		'2024-01-01T10:00:00Z',
		'2024-01-01T10:00:00',
		'2024-01-01t10:00:00z',
		'10:00:00',
		'2024-01-01',
		'2024-01-01T10:00:00.123+24:00',
		'2024-01-01T1:00:00Z',
	],
	hostname: ['a.b', '-a', 'a-', 'a_b', `${'a'.repeat(64)}`, '', 'a.', 'é'],
	email: [
		'a@b',
		'a',
		'a@',
		'@b',
		'A B <a@b.c>',
		'"q r"@b',
		'a@[1.2.3.4]',
		'a..b@c',
		'a@b c',
		'<a@b>',
		'é@ü',
		'a.@b',
		'',
		'a@b.',
		'"n, m" <a@b>',
		'a b@c',
		'<a@b',
		'x<a@b>y',
	],
	ipv4: ['1.2.3.4', '1.2.3', '01.2.3.4', '::ffff:1.2.3.4', '256.1.1.1', '::1'],
	ipv6: ['::1', '1.2.3.4', '::ffff:1.2.3.4', 'fe80::1%e', '1::2::3'],
	uri: ['http://a', 'a', 'http://a\\b', '//a', 'x:y', ':', ''],
	'uri-reference': ['http://a', 'a', 'a\\b', '%zz', ''],
	'uri-template': ['http://a/{b}', '/{a', '/}a{b}', '/{a{b}', '{}', '%'],
	uuid: ['00000000-0000-1000-8000-00000000000A', '0000', '{00000000-0000-1000-8000-000000000000}'],
	regex: ['a', '(', '', '(?=a)', '\\p{L}'],
	'json-pointer': ['', '/a', 'a', '/a~', '/a~1b', '/~2'],
	'relative-json-pointer': ['0', '0#', '1/a', '01', '/a', '0a'],
	other: ['x'],
};
const TEXTED = ['{"minLength": 3}', '{"maxLength": 1}', '{"pattern": "^é+$"}', '{"pattern": "b"}', '{"enum": ["éé"]}'];

t.test('verify_schema', async (t) => {
	const all = calls('json.verify_schema', [...BROKEN, ...SCHEMAS]);
	t.strictSame(await differences(compiler, jsonSchemas, all), [], `${all.length} calls`);
});

t.test('match_schema', async (t) => {
	const formats = Object.entries(FORMATS).flatMap(([format, texts]) =>
		texts.map((text): Call => ['json.match_schema', rego([text]), `{"items": {"format": "${format}"}}`]),
	);
	const all = [
		// Go goes through properties in no order, so of several that are wrong any may be told first.
		...calls('json.match_schema', DOCUMENTS, SCHEMAS).filter(
			([, document, schema]) =>
				!(SEVERAL.includes(document!) && /additionalProperties|propertyNames|patternProp|"properties"/.test(schema!)),
		),
		...calls('json.match_schema', ['{}', '[1]'], BROKEN),
		...calls('json.match_schema', NUMBERS, LIMITED),
		...calls(
			'json.match_schema',
			['["éé", "abc", "", "𝒳"]'],
			TEXTED.map((text) => `{"items": ${text}}`),
		),
		...formats,
	];
	t.strictSame(await differences(compiler, jsonSchemas, all), [], `${all.length} calls`);
});

t.test('a schema that contains nothing but itself is undefined, not a fault', async (t) => {
	t.throws(() => jsonSchemas['json.match_schema']({ nowNs: 0n, seed: '' }, '{}', '{"$ref": "#"}'));
	const remote = jsonSchemas['json.verify_schema']({ nowNs: 0n, seed: '' }, '{"$ref": "http://127.0.0.1:1/x"}');
	t.strictSame(remote, [false, 'jsonschema: remote reference loading disabled: http://127.0.0.1:1/x']);
});
