import fc from 'fast-check';

/**
 * What arguments of functions look like where any text or number would seldom do. A position that is not named takes
 * any expression of its declared kind. Each is one text of Rego.
 */

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Go's templates
const REGEXES = [
	'a*',
	'a+',
	'',
	'é',
	'.',
	'([a-z])(\\d+)',
	'(?P<x>\\w+)',
	',',
	'b|$',
	'(',
	'^a',
	'(a)|(b)',
	'\\b',
	'[[:alpha:]]',
];
const TEMPLATES = ['x', '$1', '${1}', '$1x', '$$', '$', '${x}', '\\1', ''];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Go's templates
const GLOBS = ['*', '**', 'a*', '?b', '{a,b}*', '[a-c]', '[!a]*', '*.b.*', 'a.**', '\\*', ''];
const FORMATS = [
	'%v',
	'%s',
	'%d',
	'%q',
	'%x',
	'%5v|',
	'%-5s|',
	'%05d',
	'%.2f',
	'%t',
	'%v %v',
	'%%',
	'%',
	'%T',
	'%[1]v',
	'%6.2f|',
	'%e',
	'a',
];
const CIDRS = [
	'10.0.0.0/8',
	'10.0.0.1',
	'10.1.0.0/16',
	'192.168.0.0/24',
	'2001:db8::/32',
	'2001:db8::1',
	'0.0.0.0/0',
	'10.0.0.1/33',
	'x',
];
const VERSIONS = ['1.2.3', '1.2.4', '1.2.3-rc.1', '1.2.3-rc.2', '1.10.0', 'v1.0.0', '1.2', '1.2.3+b', ''];
const TIMES = [
	'2025-01-02T03:04:05Z',
	'2025-01-02T03:04:05.123456789+02:00',
	'2024-02-29T00:00:00Z',
	'2025-02-29T00:00:00Z',
	'1600-01-01T00:00:00Z',
];
const DURATIONS = ['1h', '1h30m', '1.5s', '-2ms', '1d', '', 'x', '99999999h'];
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', '', 'Nope'];
const LAYOUTS = ['RFC3339', 'RFC1123', '2006-01-02', '15:04:05.000 MST', 'Mon Jan _2', ''];
const MOMENTS = [
	'0',
	'1760000000000000000',
	'1735689599999999999',
	'-1',
	'-5000000000000000000',
	'9223372036854775808',
];
const UNITS = ['1', '10K', '10Ki', '1.5M', '1MB', '100m', '0x1', '1e3', '-5Gi', 'K', ' 1', '1 K', '1_000', ''];
const JSONS = [
	...['{"a": [1, 2.50]}', '[1, "é"]', '12345678901234567890', '1.0', '"\\u00e9"', '{', ' null ', '{"a":1,}', 'nul', ''],
	...['01', '[1,]', '1 2', '1 null', '{"b": 1, "a": {"é": 2, "B": 3}}', '{"a": 1, "a": 2}', '1e400', '1e40000', '-0.5'],
	...['"\\ud800"', '"\\ud83d\\ude00"', '[1]]', 'nullx', '\u00a01', '"a\nb"'],
];
const BASE64 = ['YWI=', 'w6k=', 'w78/', '*', '', 'YWI', 'YW I=', 'YW\nI=', 'YQ==', 'YQ', '_-', '='];
const BASE64URL = ['YWI=', 'w6k=', 'w78_', '*', '', 'YWI', 'YW I=', 'YQ', 'Y', 'Y\nQ', '+/'];
const YAMLS = ['a: [1, 2.5]', '- é\n- {a: b}', '1', 'a: b: c', 'x: !!str 1', '"q"', '{', 'yes', 'a: &x 1\nb: *x'];
const HEX = ['6162', 'C3A9', 'zz', '6', ''];
const ESCAPED = ['a%20b+c', '%C3%A9', '%zz', '%', '', 'é'];
const PATHS = [
	'""',
	'"//a/"',
	'"list/1/a"',
	'["rows", 0]',
	'"a"',
	'"/a"',
	'"a/b"',
	'"obj/a"',
	'"list/0"',
	'["a"]',
	'["list", 0]',
	'["list", "0"]',
	'"a~1b"',
];
const SETS_OF_SETS = [
	'{{1, 2}, {2, 3}}',
	'set()',
	'{set(), {1}}',
	'{{"a"}, {"a", "b"}}',
	'{x | some x in [{1}, {1, 2}]}',
];
const SMALL = ['-1', '0', '1', '2', '3', '1.0', '2.00', '1.5', '1e0'];
const BASES = ['2', '8', '10', '16', '10', '3'];
const INTEGERS = ['0', '1', '-7', '255', '4294967296', '9007199254740993', '2.0', '1.5', '1e3', 'count(input)'];
const SHIFTS = ['0', '1', '3', '31', '-1', '1.5', '2.0'];

const texts = (list: readonly string[]): fc.Arbitrary<string> =>
	fc.constantFrom(...list.map((text) => JSON.stringify(text)));
const terms = (list: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...list);
const pathList = fc.array(terms(PATHS), { minLength: 1, maxLength: 2 }).map((paths) => `[${paths.join(', ')}]`);
const moment = fc.oneof(
	terms(MOMENTS),
	fc.tuple(terms(MOMENTS), texts(ZONES)).map(([ns, zone]) => `[${ns}, ${zone}]`),
);
const layoutMoment = fc.oneof(
	moment,
	fc.tuple(terms(MOMENTS), texts(ZONES), texts(LAYOUTS)).map((parts) => `[${parts.join(', ')}]`),
);
const edges = terms(['{"a": ["b"], "b": ["a", "c"], "c": []}', '{"a": {"b"}, "b": set()}', '{"a": ["x"]}', '{}']);
const start = terms(['["a"]', '{"a", "b"}', '[]', '["x"]']);
const patches = terms([
	'[{"op": "add", "path": "/a", "value": 1}]',
	'[{"op": "remove", "path": "a"}]',
	'[{"op": "replace", "path": ["obj"], "value": {1}}]',
	'[{"op": "copy", "from": "s", "path": "/list/-"}]',
	'[{"op": "test", "path": "/s", "value": "a"}]',
	'[{"op": "move", "from": "/a", "path": "/z"}]',
]);

/**
 * Functions whose arguments are never of other domains. What Base64 decodes to and what is replaced may be no UTF-8: see
 * known.json.
 */
export const STRICT: ReadonlySet<string> = new Set([
	...['net.cidr_expand', 'net.cidr_merge', 'urlquery.encode_object', 'yaml.is_valid', 'yaml.unmarshal'],
	...['base64.decode', 'base64url.decode', 'replace', 'strings.replace_n'],
]);

/** By the name of a function: its arguments in order; undefined where any of the declared kind do. */
export const DOMAINS: Readonly<Record<string, readonly (fc.Arbitrary<string> | undefined)[]>> = {
	'array.slice': [undefined, terms(SMALL), terms(SMALL)],
	'base64.decode': [texts(BASE64)],
	'base64.is_valid': [texts(BASE64)],
	'base64url.decode': [texts(BASE64URL)],
	'bits.and': [terms(INTEGERS), terms(INTEGERS)],
	'bits.lsh': [terms(INTEGERS), terms(SHIFTS)],
	'bits.negate': [terms(INTEGERS)],
	'bits.or': [terms(INTEGERS), terms(INTEGERS)],
	'bits.rsh': [terms(INTEGERS), terms(SHIFTS)],
	'bits.xor': [terms(INTEGERS), terms(INTEGERS)],
	ceil: [terms(['1.5', '2', '-1.5', '0.1', '1e3'])],
	floor: [terms(['1.5', '2', '-1.5', '0.1', '1e3'])],
	format_int: [terms([...INTEGERS, '-15.9', '18446744073709551617', '123456789012345678901.5', '1e30']), terms(BASES)],
	'glob.match': [texts(GLOBS), terms(['null', '[]', '["."]', '["/", "."]']), undefined],
	'graph.reachable': [edges, start],
	'graph.reachable_paths': [edges, start],
	'hex.decode': [texts(HEX)],
	intersection: [terms(SETS_OF_SETS)],
	union: [terms(SETS_OF_SETS)],
	indexof: [undefined, texts(['a', 'é', 'b', '.', '10', ''])],
	indexof_n: [undefined, texts(['a', 'é', 'b', '.', '10', ''])],
	'json.filter': [undefined, pathList],
	'json.remove': [undefined, pathList],
	'json.patch': [undefined, patches],
	'json.unmarshal': [texts(JSONS)],
	'json.is_valid': [texts(JSONS)],
	'net.cidr_contains': [texts(CIDRS), texts(CIDRS)],
	'net.cidr_expand': [texts(['10.0.0.0/30', '10.0.0.1/32', '2001:db8::/126', 'x'])],
	'net.cidr_merge': [terms(['["10.0.0.0/25", "10.0.0.128/25"]', '{"10.0.0.1/32", "10.0.0.0/8"}', '[]', '["x"]'])],
	'net.cidr_intersects': [texts(CIDRS), texts(CIDRS)],
	'net.cidr_is_valid': [texts(CIDRS)],
	'numbers.range_step': [terms(['1', '10', '-3']), terms(['5', '-5', '1']), terms(['1', '2', '0', '-1', '1.5'])],
	'object.union_n': [
		terms([
			'[]',
			'[{}]',
			'[{"a": {"b": 1}}, {"a": 2}, {"a": {"c": 3}}]',
			'[{"a": 1}, {"a": {"b": 2}}, {"c": {1}}]',
			'array.concat([{}], input.rows)',
			'[input.obj, input.map]',
		]),
	],
	replace: [undefined, texts(['a', 'é', 'ab', '1', '"']), undefined],
	'regex.find_all_string_submatch_n': [texts(REGEXES), undefined, terms(SMALL)],
	'regex.find_n': [texts(REGEXES), undefined, terms(['-1', '0', '1', '2'])],
	'regex.is_valid': [texts(REGEXES)],
	'regex.match': [texts(REGEXES), undefined],
	'regex.replace': [undefined, texts(REGEXES), texts(TEMPLATES)],
	'regex.split': [texts(REGEXES), undefined],
	'semver.compare': [texts(VERSIONS), texts(VERSIONS)],
	'semver.is_valid': [texts(VERSIONS)],
	sprintf: [texts(FORMATS), undefined],
	'strings.replace_n': [terms(['{"a": "b", "b": "c"}', '{"é": "e", "ab": ""}', '{}']), undefined],
	'strings.split_n': [undefined, undefined, terms(SMALL)],
	substring: [undefined, terms(SMALL), terms([...SMALL, '30'])],
	'time.add_date': [moment, terms(['1', '-1', '0']), terms(['13', '-1']), terms(['31', '0'])],
	'time.clock': [moment],
	'time.date': [moment],
	'time.diff': [moment, moment],
	'time.format': [layoutMoment],
	'time.parse_duration_ns': [texts(DURATIONS)],
	'time.parse_ns': [texts(LAYOUTS), texts(TIMES)],
	'time.parse_rfc3339_ns': [texts(TIMES)],
	'time.weekday': [moment],
	'units.parse': [texts(UNITS)],
	'units.parse_bytes': [texts(UNITS)],
	'yaml.is_valid': [texts(YAMLS)],
	'yaml.unmarshal': [texts(YAMLS)],
	'urlquery.encode_object': [terms(['{"a": "é b"}', '{"a": ["1", "2"], "b": "&"}', '{"a": {"x", "y"}}', '{}'])],
	'urlquery.decode': [texts(ESCAPED)],
};
