import t from 'tap';
import { jsonMarshals } from '../../../../engine/policy/builtins/json-marshal.ts';
import { jsonPatches } from '../../../../engine/policy/builtins/json-patch.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { calls, differences } from './against-opa.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

t.test('marshal', async (t) => {
	const values = [
		...[
			'null',
			'true',
			'1',
			'1.50',
			'1e3',
			'1E400',
			'12345678901234567890',
			'"a"',
			'"<&>é𝒳\\u2028\\u0001\\t\\u007f\\"\\\\/"',
		],
		...[
			'[]',
			'{}',
			'set()',
			'[1, [2, []], {}]',
			'{"b": 1, "a": [{"c": null}]}',
			'{3, "x", [1]}',
			'{1: "n", "1": "s", [2]: "l"}',
		],
		...['{null: 1, {1}: 2, "<": 3}', '{"𝒳": 1, "\\uffff": 2}', '[{"a": {"b": {"c": [1, 2]}}}]', '{"": ""}'],
	];
	const options = [
		...[
			'{}',
			'{"pretty": true}',
			'{"pretty": false}',
			'{"indent": "  "}',
			'{"prefix": "> "}',
			'{"indent": "", "pretty": true}',
		],
		...[
			'{"prefix": ">", "indent": "é", "pretty": false}',
			'{"pretty": 1}',
			'{"other": 1}',
			'{1: 2}',
			'[]',
			'{"indent": 1}',
		],
		'{"prefix": "\\n", "indent": "\\t\\t"}',
	];
	const all = calls('json.marshal_with_options', values, options);
	t.strictSame(await differences(compiler, jsonMarshals, all), [], `${all.length} calls`);
});

t.test('patches', async (t) => {
	const documents = [
		...[
			'{"a": {"b": [1, 2, {"c": 3}]}, "d": null}',
			'[1, [2, 3], {"x": "y"}]',
			'{{"k": 1}, "s", [0]}',
			'"text"',
			'5',
			'null',
		],
		...[
			'{}',
			'[]',
			'set()',
			'{"": {"": 1}, "~": 2, "a/b": 3, "/": 4}',
			'{"s": {1, 2, {"t": [9]}}, "m": {[1]: "l", 1: "n"}}',
		],
	];
	const paths = [
		...[
			'""',
			'"/"',
			'"a"',
			'"/a"',
			'"//a"',
			'"/a/b"',
			'"/a/b/0"',
			'"/a/b/-"',
			'"/a/b/3"',
			'"/a/b/4"',
			'"/a/b/2/c"',
			'"/d"',
			'"/d/e"',
		],
		...[
			'"/0"',
			'"/1/0"',
			'"/-"',
			'"/2/x"',
			'"/00"',
			'"/01"',
			'"/-1"',
			'"/1.0"',
			'"/+1"',
			'"/1e0"',
			'"/."',
			'"/s"',
			'"~0"',
			'"/a~1b"',
		],
		...[
			'"/~1"',
			'"/~01"',
			'[]',
			'["a", "b", 1]',
			'["a", "b", 1.0]',
			'[0]',
			'["s"]',
			'[{"k": 1}]',
			'[{"k": 1}, "k"]',
			'[[0], 0]',
		],
		...[
			'["s", {"t": [9]}, "t", 0]',
			'["s", 1]',
			'["m", [1]]',
			'["m", 1]',
			'["m", "1"]',
			'{"a"}',
			'1',
			'null',
			'["a", null]',
		],
	];
	const operations = paths.flatMap((path) => [
		`{"op": "add", "path": ${path}, "value": "new"}`,
		`{"op": "remove", "path": ${path}}`,
		`{"op": "replace", "path": ${path}, "value": {"k": [1]}}`,
		`{"op": "test", "path": ${path}, "value": 1.0}`,
		`{"op": "copy", "from": ${path}, "path": "/copied"}`,
		`{"op": "move", "from": ${path}, "path": "/moved"}`,
		`{"op": "copy", "from": "/a", "path": ${path}}`,
		`{"op": "add", "path": ${path}, "value": 1}, {"op": "remove", "path": ${path}}`,
	]);
	const odd = [
		...[
			'',
			'1',
			'{}',
			'{"op": "add"}',
			'{"path": "/a"}',
			'{"op": 1, "path": "/a"}',
			'{"op": "add", "path": "/a"}',
			'{"op": "x", "path": ""}',
		],
		...[
			'{"op": "move", "path": "/a"}',
			'{"op": "test", "path": "/a"}',
			'{"op": "add", "path": "/a", "value": null, "more": 1}',
		],
		...[
			'{"op": "add", "path": ["s", 3], "value": 3}',
			'{"op": "add", "path": ["s", 3], "value": 4}',
			'{"op": "remove", "path": ["s", 7]}',
		],
		...[
			'{"op": "add", "path": [7], "value": 7}, {"op": "remove", "path": [7]}',
			'{"op": "move", "from": "/a", "path": "/a/b"}',
		],
		...[
			'{"op": "test", "path": "/a/b", "value": [1, 2, {"c": 3}]}',
			'{"op": "add", "path": [{"k": 1}, "j"], "value": 2}',
		],
		...[
			'{"op": "remove", "path": "/a"}, {"op": "add", "path": "/a", "value": 1}',
			'{"op": "remove", "path": "/a"}, {"op": "remove", "path": "/a"}',
		],
		...[
			'{"op": "replace", "path": ["s", 1], "value": 1}',
			'{"op": "replace", "path": "/a/b/1", "value": 9}, {"op": "add", "path": "/a/b/0", "value": 0}',
		],
	];
	const lists = [...operations, ...odd].map((list) => `[${list}]`);
	const all = [
		...calls('json.patch', documents, lists),
		...calls('json.patch', ['{}'], ['{}', 'null', 'set()', '"x"', '1']),
	];
	// The whole document removed and nothing in its place: OPA has no answer to that at all.
	const answerable = all.filter(([, , list]) => !/"op": "(?:remove|move)", "(?:path|from)": (?:""|\[\])/.test(list!));
	t.strictSame(await differences(compiler, jsonPatches, answerable), [], `${answerable.length} calls`);
});
