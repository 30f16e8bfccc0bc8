/** Texts for the comparison with OPA's interpreter: each names what it is about, or shows it. */

/** A schema with something of everything. */
export const ZOO = `
# About the zoo.
"""
	What a zoo has.
	  Indented.
"""
schema @tag(name: "root") { query: Query # the reading side
	mutation: Mutation subscription: Sub }
directive @tag(name: String!, weight: Int = 1, kinds: [Kind!]) repeatable on SCHEMA | SCALAR | OBJECT | FIELD_DEFINITION
	| ARGUMENT_DEFINITION | INTERFACE | UNION | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
directive @once on FIELD | QUERY | FRAGMENT_SPREAD | VARIABLE_DEFINITION
directive @many(n: Int!) repeatable on FIELD | INLINE_FRAGMENT | FRAGMENT_DEFINITION
scalar Time @specifiedBy(url: "https://example.com")
interface Node { id: ID! }
interface Animal implements Node { id: ID! name(upper: Boolean = false, lang: String): String! mates: [Animal!] }
type Cat implements Animal & Node @tag(name: "cat") {
	# before
	"of the cat" # between
	id: ID! # after
	name(upper: Boolean = false, lang: String, extra: Int): String!
	mates: [Cat!]
	lives: Int @deprecated
	meow(volume: Float!, at: Time, kinds: [Kind!]! = [CAT]): String
	# the end
}
type Dog implements Node & Animal { id: ID! name(upper: Boolean = false, lang: String): String! mates: [Animal!] lives: String barks: Boolean! }
type Rock { weight: Int name: String }
union Pet = | Cat | Dog
union Thing = Rock | Cat
enum Kind { CAT DOG "odd" OTHER @tag(name: "other") }
input Filter { kind: Kind = CAT name: String! tags: [String!] nested: Filter ages: [[Int]] when: Time }
input One @oneOf { a: Int b: String }
type Query {
	node(id: ID!): Node animal(id: ID): Animal pet: Pet thing: Thing cat: Cat rock: Rock
	find(filter: Filter, one: One, limit: Int! = 10, ids: [ID!], matrix: [[Int!]!]): [Animal!]!
	scalars(i: Int, f: Float, s: String, b: Boolean, id: ID, k: Kind, t: Time, il: [Int]): String
}
type Mutation { feed(id: ID!, amount: Int!): Cat }
type Sub { fed: Cat other: Int }
extend type Query { extra: String }
extend enum Kind { BIRD }
extend schema @tag(name: "again")
# the very end
`;

/** Of each: valid by `ZOO` or not. */
export const QUERIES: readonly string[] = [
	// Operations
	...[
		'',
		'# only a comment',
		'{ extra }',
		'query { extra }',
		'query Q { extra }',
		'query Q { extra } query R { extra }',
	],
	...[
		'query Q { extra } query Q { extra }',
		'{ extra } query Q { extra }',
		'{ extra } { extra }',
		'fragment F on Cat { id }',
	],
	...['mutation { feed(id: 1, amount: 2) { id } }', 'mutation M { feed(id: "1") { id } }', 'query Q extra'],
	...['subscription { fed { id } }', 'subscription { fed { id } other }', 'subscription { other x: other }'],
	...[
		'subscription { __typename }',
		'subscription { ...S } fragment S on Sub { other fed { id } }',
		'subscription { x: other }',
	],
	...['subscription { ...S } fragment S on Sub { other }', 'subscription { ... on Sub { other } ... { fed { id } } }'],
	...[
		'"described" query { extra }',
		'query () { extra }',
		'{ }',
		'{ extra { } }',
		'query @once { extra }',
		'subscribe { x }',
	],
	// Fields
	...[
		'{ nope }',
		'{ __typename }',
		'{ cat { __typename nope } }',
		'{ cat }',
		'{ extra { x } }',
		'{ cat { id { x } } }',
	],
	...[
		'{ pet { id } }',
		'{ pet { __typename } }',
		'{ pet { __typename { x } } }',
		'{ node(id: 1) { name } }',
		'{ x: y: extra }',
	],
	...[
		'{ __schema { types { name } } }',
		'{ __type(name: "Cat") { name } }',
		'{ __type { name } }',
		'{ cat { __schema { types { name } } } }',
	],
	...['{ __schema { types { fields { type { fields { type { name } } } } } } }', '{ __type(name: 1) { name } }'],
	...['{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }', '{ __schema { nope } }'],
	...[
		'{ __schema { types { ...T } } } fragment T on __Type { fields { type { fields { type { interfaces { name } } } } } }',
	],
	...[
		'{ __schema { directives { name isRepeatable locations args(includeDeprecated: true) { name defaultValue } } } }',
	],
	// Arguments
	...[
		'{ node { id } }',
		'{ node(id: 1, id: 2) { id } }',
		'{ node(id: 1, x: 2) { id } }',
		'{ node(id: null) { id } }',
		'{ node() { id } }',
	],
	...[
		'{ animal { name(upper: true) } }',
		'{ animal(id: 1.5) { id } }',
		'{ animal(id: abc) { id } }',
		'{ cat { meow } }',
	],
	...[
		'{ cat { meow(volume: 1) } }',
		'{ cat { meow(volume: 1.5e3, at: {a: [1, $x]}) } }',
		'{ cat { meow(volume: 1, kinds: null) } }',
	],
	...[
		'{ cat { meow(volume: 1, kinds: CAT) } }',
		'{ cat { meow(volume: 1, kinds: [CAT, FISH]) } }',
		'{ cat { meow(volume: 1, kinds: [null]) } }',
	],
	// Values
	...['i', 'f', 's', 'b', 'id', 'k', 't', 'il'].flatMap((arg) =>
		[
			...[
				'1',
				'-0',
				'1.0',
				'1e5',
				'"x"',
				'"""x"""',
				'true',
				'null',
				'CAT',
				'FISH',
				'[1]',
				'[]',
				'{}',
				'{a: 1}',
				'[[1]]',
			],
			...[
				'[null]',
				'["x"]',
				'2147483648',
				'9223372036854775807',
				'9223372036854775808',
				'-9223372036854775808',
				'1e308',
				'1e309',
			],
			...['[99999999999999999999]', '{a: 99999999999999999999}', '{a: 1, a: 2}', '"CAT"', '[{a: 1}]'],
		].map((value) => `{ scalars(${arg}: ${value}) }`),
	),
	...[
		...[
			'{name: "x"}',
			'{}',
			'{name: null}',
			'{name: "x", nope: 1}',
			'{name: "x", kind: null}',
			'{name: "x", kind: "CAT"}',
			'[{name: "x"}]',
		],
		...[
			'{name: "x", tags: "y"}',
			'{name: "x", tags: ["y", 1]}',
			'{name: "x", tags: [null]}',
			'{name: "x", nested: {name: "y"}}',
		],
		...[
			'{name: "x", nested: {}}',
			'{name: "x", ages: [[1], [null], null, 2]}',
			'{name: "x", ages: [["a"]]}',
			'{name: "x", name: "y"}',
		],
		...['{name: "x", when: 99999999999999999999}', '"x"', '1', 'null', 'x'],
	].map((value) => `{ find(filter: ${value}) { id } }`),
	...['{a: 1}', '{a: 1, b: "x"}', '{}', '{a: null}', '{b: 1}', '{c: 1}'].map(
		(value) => `{ find(one: ${value}) { id } }`,
	),
	...[
		'{ find(matrix: [[1]]) { id } }',
		'{ find(matrix: 1) { id } }',
		'{ find(matrix: [[null]]) { id } }',
		'{ find(limit: null) { id } }',
	],
	// Variables
	...[
		'query ($x: ID!) { node(id: $x) { id } }',
		'query ($x: ID) { node(id: $x) { id } }',
		'query ($x: ID = 1) { node(id: $x) { id } }',
	],
	...[
		'query ($x: ID = null) { node(id: $x) { id } }',
		'query ($x: Int) { node(id: $x) { id } }',
		'query ($x: ID!, $x: ID!) { node(id: $x) { id } }',
	],
	...[
		'query ($x: ID!) { extra }',
		'{ node(id: $x) { id } }',
		'query ($x: Nope) { node(id: $x) { id } }',
		'query ($x: Cat) { node(id: $x) { id } }',
	],
	...[
		'query ($x: Int) { find(limit: $x) { id } }',
		'query ($x: Int = 1) { find(limit: $x) { id } }',
		'query ($x: Int!) { find(limit: $x) { id } }',
	],
	...[
		'query ($x: [ID!]) { find(ids: $x) { id } }',
		'query ($x: [ID]) { find(ids: $x) { id } }',
		'query ($x: ID!) { find(ids: [$x]) { id } }',
	],
	...[
		'query ($x: ID) { find(ids: [$x]) { id } }',
		'query ($x: ID) { find(ids: $x) { id } }',
		'query ($x: [[Int!]!]) { find(matrix: $x) { id } }',
	],
	...[
		'query ($x: Int) { find(one: {a: $x}) { id } }',
		'query ($x: Int!) { find(one: {a: $x}) { id } }',
		'query ($x: One) { find(one: $x) { id } }',
	],
	...[
		'query ($x: Int = "a") { scalars(i: $x) }',
		'query ($x: Int = 99999999999999999999) { scalars(i: $x) }',
		'query ($x: Time = 99999999999999999999) { scalars(t: $x) }',
	],
	...[
		'query ($x: Time = 99999999999999999999) { find(filter: {name: "a", when: $x}) { id } }',
		'query ($x: Int = $y) { scalars(i: $x) }',
	],
	...[
		'query ($x: Int @once) { scalars(i: $x) }',
		'query ($x: Int @skip(if: true)) { scalars(i: $x) }',
		'query ($x: Boolean!) { extra @include(if: $x) }',
	],
	...[
		'query ($x: Boolean) { extra @include(if: $x) }',
		'query ($x: String!) { ...F } fragment F on Query { scalars(s: $x) }',
	],
	...[
		'query A($x: String!) { ...F } query B { ...F } fragment F on Query { scalars(s: $x) }',
		'query ($x: Filter = {name: "x"}) { find(filter: $x) { id } }',
	],
	...[
		'query ($x: Filter = {}) { find(filter: $x) { id } }',
		'query ($x: Int!) { scalars(il: [1, $x]) }',
		'query ($x: Int @many(n: $y)) { scalars(i: $x) }',
	],
	...[
		'query ($x: Int! = 1) { scalars(i: $x) }',
		'query ($x: [Int] = [1, null]) { scalars(il: $x) }',
		'query ($x: Int! = null) { scalars(i: $x) }',
	],
	// Fragments
	...[
		'{ cat { ...F } } fragment F on Cat { id }',
		'{ cat { ...F } } fragment F on Dog { id }',
		'{ cat { ...F } } fragment F on Nope { id }',
	],
	...[
		'{ cat { ...F } } fragment F on Kind { id }',
		'{ cat { ...F } } fragment F on Cat { id } fragment F on Cat { id }',
		'{ cat { ...G } }',
	],
	...[
		'{ cat { ...F } } fragment F on Cat { mates { ...F } }',
		'{ cat { ...F } } fragment F on Cat { ...G } fragment G on Cat { ...F }',
	],
	...[
		'{ cat { ...F } } fragment F on Cat { ...G } fragment G on Cat { id }',
		'{ extra } fragment F on Cat { id }',
		'{ pet { ... on Cat { id } ... on Rock { name } } }',
	],
	...[
		'{ pet { ... on Animal { id } } }',
		'{ pet { ... on Thing { ... on Cat { id } } } }',
		'{ thing { ... on Dog { id } } }',
		'{ thing { ... on Pet { __typename } } }',
	],
	...[
		'{ node(id: 1) { ... on Animal { name } ... on Cat { lives } } }',
		'{ rock { ... on Node { id } } }',
		'{ cat { ... on Node { id } ... { lives } } }',
	],
	...[
		'{ cat { ... on Nope { x } } }',
		'{ cat { ... on Kind { x } } }',
		'{ cat { ... @include(if: true) { id } } }',
		'{ cat { ... @defer(label: "x") { id } } }',
	],
	...[
		'fragment F($x: Int) on Cat { id } { cat { ...F } }',
		'{ cat { ...F @once } } fragment F on Cat @many(n: 1) @many(n: 2) { id }',
		'{ ... "on" Query { extra } }',
	],
	...[
		'fragment on on Cat { id }',
		'{ cat { ...on } }',
		'{ ...on Query { extra } }',
		'{ cat { ... on } }',
		'fragment F on { id }',
		'fragment F { id }',
	],
	...[
		'{ animal { ... on Animal { id } ... on Node { id } } }',
		'{ cat { ...F } } fragment F on Cat { ...G }',
		'{ ...F } fragment F on Query { ...F }',
	],
	// Directives
	...[
		'{ extra @once }',
		'{ extra @once @once }',
		'{ extra @many(n: 1) @many(n: 1) }',
		'{ extra @many }',
		'{ extra @nope }',
		'{ extra @tag(name: "x") }',
	],
	...[
		'{ extra @skip }',
		'{ extra @skip(if: "x") }',
		'{ extra @skip(if: true, if: false) }',
		'{ extra @skip(if: true) @include(if: false) }',
		'{ extra @skip(unless: true) }',
	],
	...[
		'mutation @once { feed(id: 1, amount: 1) { id } }',
		'{ extra @deprecated }',
		'{ extra @many(n: null) }',
		'{ extra @ once }',
	],
	// Merging
	...[
		'{ extra extra }',
		'{ x: extra x: rock { name } }',
		'{ cat { x: id x: name } }',
		'{ cat { id } cat { lives } }',
		'{ cat { x: id } cat { x: name } }',
	],
	...[
		'{ scalars(i: 1) scalars(i: 2) }',
		'{ scalars(i: 1) scalars(i: 1) }',
		'{ scalars(i: 1, s: "a") scalars(s: "a", i: 1) }',
		'{ scalars scalars(i: 1) }',
	],
	...[
		'{ scalars(t: {a: 1, b: 2}) scalars(t: {b: 2, a: 1}) }',
		'{ scalars(t: {a: 1}) scalars(t: {a: 2}) }',
		'{ scalars(t: [1, 2]) scalars(t: [2, 1]) }',
	],
	...[
		'{ pet { ... on Cat { lives } ... on Dog { lives } } }',
		'{ pet { ... on Cat { x: id } ... on Dog { x: barks } } }',
		'{ pet { ... on Cat { n: id } ... on Dog { n: name } } }',
	],
	...[
		'{ pet { ... on Cat { x: mates { id } } ... on Dog { x: mates { id } } } }',
		'{ pet { ... on Cat { x: mates { y: lives } } ... on Dog { x: mates { y: id } } } }',
	],
	...[
		'{ cat { ...A ...B } } fragment A on Cat { x: id } fragment B on Cat { x: name }',
		'{ cat { ...A x: lives } } fragment A on Cat { x: id }',
	],
	...['{ cat { ...A } cat { ...B } } fragment A on Cat { mates { x: id } } fragment B on Cat { mates { x: name } }'],
	...[
		'{ cat { ...A } } fragment A on Cat { ...B x: id } fragment B on Cat { x: lives }',
		'{ a: cat { id } a: rock { name } }',
	],
	...[
		'{ thing { ... on Cat { n: name } ... on Rock { n: name } } }',
		'{ animal { x: name } animal { ... on Dog { x: id } } }',
		'{ animal { name ... on Cat { name(upper: true) } } }',
	],
	...[
		'query ($a: Int, $b: Int) { scalars(i: $a) scalars(i: $b) }',
		'query ($a: Int) { scalars(i: $a) scalars(i: $a) }',
	],
	...[
		'{ cat { ...A ...B } } fragment A on Cat { ...C } fragment B on Cat { ...D } fragment C on Cat { x: id } fragment D on Cat { x: name }',
	],
	...[
		'{ ... on Query { x: extra } ... { x: cat { id } } }',
		'{ cat { mates { mates { x: id } } } cat { mates { mates { x: lives } } } }',
	],
	// Two fragments that are compared where parents exclude each other, and then where they do not.
	...[' animal { ...A ...B }', ''].map(
		(more) =>
			`{ pet { ... on Cat { m: mates { ...A } } ... on Dog { m: mates { ...B } } }${more} }
			fragment A on Animal { x: name } fragment B on Animal { x: name(upper: true) }`,
	),
];

/** Documents that are only parsed, as queries and as schemas. */
export const TEXTS: readonly string[] = [
	// Comments, wherever they may stand
	'# a\n{ x }',
	'# a\nquery # b\nQ # c\n( # d\n$x # e\n: # f\nInt # g\n= # h\n1 # i\n# j\n) # k\n@d # l\n{ # m\nx # n\n} # o',
	'{ # a\nb # c\n: # d\ne # f\n( # g\nh # i\n: # j\n[ # k\n1 # l\n2 # m\n] # n\n) # o\n}',
	'{ x(a: # a\n{ # b\nc # d\n: # e\n$f # g\n} # h\n) }',
	'{ x(a: # a\n$v, b: # b\n1, c: # c\n"s", d: # d\nE, e: # e\n[], f: # f\n{}) }',
	'# a\nfragment # b\nF # c\non # d\nT # e\n@d # f\n{ # g\n... # h\non # i\nT # j\n{ x } # k\n... # l\nF # m\n... # n\n@d # o\n{ y } }',
	'#\n#é 𝒳\n\t# b\r\n# c\r{ x }\n# end',
	'# a\n"d" # b\ntype # c\nT # d\nimplements # e\n& # f\nA # g\n@d # h\n{ # i\n"" # j\nx # k\n( # l\n"q" # m\ny # n\n: # o\nInt # p\n= # q\n1 # r\n) # s\n: # t\nInt # u\n} # v',
	'# a\n"" # b\nenum E { # c\n"x" # d\nA # e\n# f\nB # g\n} # h',
	'# a\nextend # b\ntype T # c\n@d # d\n{ # e\nx: Int } # f',
	'# a\n"d" # b\nschema # c\n@d # d\n{ # e\nquery # f\n: # g\nQ # h\n} # i',
	'# a\nextend # b\nschema # c\n{ # d\nquery: Q # e\n}',
	'# a\n"d" # b\ndirective # c\n@d # d\n( # e\nx: Int # f\n) # g\nrepeatable # h\non # i\n| # j\nFIELD # k\n| # l\nQUERY # m',
	'# a\n"d" # b\ninput # c\nI # d\n{ # e\n"x" # f\na # g\n: Int = # h\n[ # i\n1 ] # j\n@d # k\n}',
	'# a\n"d" # b\nunion U # c\n= # d\n| # e\nA # f\n| # g\nB # h',
	'# a\nscalar # b\nS # c\n@d(x: # d\n{a: 1}) # e',
	// Tokens
	...[
		'1',
		'0',
		'-0',
		'-1',
		'01',
		'-',
		'1.',
		'1.5',
		'.5',
		'1.e5',
		'1e',
		'1e5',
		'1E+5',
		'1e-5',
		'1e+',
		'1a',
		'0x1',
		'1.5.5',
		'1..2',
		'1...a',
		'1e5.',
		'00',
		'0.0',
	].map((n) => `{ x(a: ${n}) }`),
	...[
		'""',
		'"a"',
		'"é𝒳"',
		'"a\tb"',
		'"a\u0001b"',
		'"a\u007fb"',
		'"a',
		'"a\nb"',
		'"\\n\\t\\b\\f\\r\\/\\\\\\""',
		'"\\u0041"',
		'"\\u00"',
		'"\\uD83D\\uDE00"',
		'"\\ud800"',
	].map((s) => `{ x(a: ${s}) }`),
	...[
		'"\\u{41}"',
		'"\\x41"',
		'"\\',
		'"\\u00é1"',
		'"\\u0041',
		'"\\U0041"',
		'"a\u2028b"',
		'"a\ufeffb"',
		'"""',
		'""""""',
		'"""a"""',
		'""" a """',
		'"""a""""',
		'"""a"b""c"""',
	].map((s) => `{ x(a: ${s}) }`),
	...[
		'"""\n  a\n    b\n  c\n"""',
		'"""a\n  b\n    c"""',
		'"""  a\n  b\n    c"""',
		'"""\n\n  a\n\n  b\n \n"""',
		'"""\r\n  a\r  b\n"""',
		'"""a\\"""b"""',
		'"""a\\nb"""',
	].map((s) => `{ x(a: ${s}) }`),
	...[
		'"""\t a\n\t  b"""',
		'"""   """',
		'"""\n   \n"""',
		'"""a\u0001b"""',
		'"""é\n  𝒳\n é"""',
		'"""a\\""""""',
		'"""a\\',
		'"""""a"""',
		'"""a\n   \n  b"""',
		'"""\n      a\n  \n    b\n"""',
	].map((s) => `{ x(a: ${s}) }`),
	...[
		'{ é }',
		'{ x-y }',
		'{ x,y,,z }',
		'\ufeff{ x\ufeffy }',
		'{ x;y }',
		"{ x(a: 'b') }",
		'{ x(a: `b`) }',
		'{ .. }',
		'{ _x __y X9 }',
		'{ 9x }',
		'{ a\u00a0b }',
		'{ a\u0000 }',
		'{ a ? }',
		'{ % }',
	],
	...[
		'{ x(a: $) }',
		'{ x(a: $ v) }',
		'{ x(a: $1) }',
		'{ x(a: on) }',
		'{ on }',
		'{ query }',
		'{ fragment: type }',
		'{ x(a: true, b: null, c: false) }',
		'{ true: null }',
		'{ x(a: [1 2, 3]) }',
	],
	...[
		'{ x(a: {b: 1 c: [{}]}) }',
		'{ x(a: {b}) }',
		'{ x(a: [) }',
		'{ x(a: {1: 2}) }',
		'{ x(a:) }',
		'{ x(a) }',
		'{ x @ }',
		'{ x @d() }',
		'{ x',
		'{ x }}',
		'}',
		'query',
		'query Q',
		'query ($x Int) { y }',
	],
	...[
		'query ($x: [Int) { y }',
		'query ($x: [[Int!]!]!) { y }',
		'query ($x: Int!!) { y }',
		'query ($x: []) { y }',
		'query ($x: !Int) { y }',
		'query ($x: Int = {a: $y}) { y }',
		'query ("x": Int) { y }',
	],
	// Schemas
	...[
		'schema',
		'schema { }',
		'schema @d',
		'schema { query: Q query: R }',
		'schema { "query": Q }',
		'schema { nope: Q }',
		'schema { query Q }',
		'extend schema',
		'extend schema @d',
		'"x" extend schema @d',
		'"" extend schema @d',
	],
	...[
		'scalar',
		'scalar S',
		'scalar S @d(a: $x)',
		'extend scalar S',
		'extend scalar S @d',
		'scalar S { x: Int }',
		'scalar 1',
		'scalar S scalar T',
		'"a" "b" scalar S',
		'"a"',
		'"""a\n  b"""scalar S',
	],
	...[
		'type T',
		'type T { }',
		'type T { x }',
		'type T { x: }',
		'type T { x: Int, y: [Int!]! }',
		'type T { x() : Int }',
		'type T { x(a: Int = 1 @d): Int @e }',
		'type T implements { x: Int }',
		'type T implements A B { x: Int }',
	],
	...[
		'type T implements A, B { x: Int }',
		'type T implements & A & B',
		'type T "implements" A',
		'type T implements A & & B',
		'extend type T',
		'extend type T implements A',
		'extend type T @d { x: Int }',
		'"x" extend type T @d',
		'extend "type" T @d',
	],
	...[
		'interface I',
		'interface I implements J { x: Int }',
		'extend interface I',
		'extend interface I implements J',
		'extend interface I @d',
		'extend interface I @d implements J',
		'interface I { x(y: I!): [I] }',
	],
	...[
		'union U',
		'union U =',
		'union U = A',
		'union U = | A | B',
		'union U = A | | B',
		'union U = || A',
		'union U @d = A',
		'extend union U',
		'extend union U = A',
		'extend union U @d',
		'union U { A }',
	],
	...[
		'enum E',
		'enum E { }',
		'enum E { A B, C }',
		'enum E { true null }',
		'enum E { "x" A @d "y" B }',
		'extend enum E',
		'extend enum E { A }',
		'extend enum E @d',
		'enum E { 1 }',
		'enum E { A: 1 }',
	],
	...[
		'input I',
		'input I { }',
		'input I { a: Int = 1 @d b: [I!] = [{a: 1}] }',
		'input I { a(x: Int): Int }',
		'extend input I',
		'extend input I @d(a: $x)',
		'extend input I { a: Int = $x }',
		'input I @d(a: $x)',
		'extend input I @d',
	],
	...[
		'directive @d on FIELD',
		'directive @d',
		'directive d on FIELD',
		'directive @d on',
		'directive @d on | FIELD | QUERY',
		'directive @d on NOPE',
		'directive @d repeatable on FIELD',
		'directive @d(a: Int = 1) on FIELD',
		'directive @d() on FIELD',
	],
	...[
		'directive @d on FIELD QUERY',
		'directive @on on FIELD',
		'directive @d on on FIELD',
		'directive @repeatable repeatable on VARIABLE_DEFINITION',
		'"x" directive @d on INPUT_FIELD_DEFINITION',
		'extend directive @d on FIELD',
	],
	...[
		'type Query { x: Int } { x }',
		'fragment F on T { x }',
		'extend',
		'extend x',
		'nope',
		'{',
		'"a" { x }',
		'type type { type: type }',
		'type T { "d" x: Int """e""" y: Int }',
		'input on { on: on = on }',
		'type T { x: Int = 1 }',
	],
];

/** Valid or not; parsed too. */
export const SCHEMAS: readonly string[] = [
	ZOO,
	...[
		'',
		'type Query { x: Int }',
		'type Q { x: Int }',
		'schema { query: Q } type Q { x: Int }',
		'schema { query: Q }',
		'schema { query: E } enum E { A }',
		'schema @nope { query: Q } type Q { x: Int }',
	],
	...[
		'schema { query: Q } schema { query: Q } type Q { x: Int }',
		'extend schema { query: Q } type Q { x: Int }',
		'extend schema { query: Q }',
		'schema { query: Q } extend schema { mutation: Q } type Q { x: Int }',
	],
	...[
		'type T { x: Int } type T { y: Int }',
		'scalar Int',
		'type T { x: Nope }',
		'type T { x: [Nope!]! }',
		'type T',
		'type T { x: Int x: Int }',
		'type __T { x: Int }',
		'type T { __x: Int }',
		'type T { x(__a: Int): Int }',
	],
	...[
		'type T { x(a: T): Int }',
		'type T { x(a: Nope): Int }',
		'type T { x(a: Int, a: Int): Int }',
		'type T { x: I } input I { a: Int }',
		'type T { x(a: I): Int } input I { a: Int }',
		'interface I { x: J } input J { a: Int }',
	],
	...[
		'type T { x(a: Int = "x"): Int }',
		'type T { x(a: Int! = null): Int }',
		'extend type T { x: Int }',
		'extend type T @deprecated',
		'extend union U = T type T { x: Int }',
		'type T { x: Int } extend type T { y: Int }',
	],
	...[
		'type T { x: Int } extend type T { x: Int }',
		'type T { x: Int } extend interface T { y: Int }',
		'extend scalar Int @specifiedBy(url: "x")',
		'extend type __Type { x: Int }',
		'extend enum E { A A }',
		'extend input I { a: Int }',
	],
	// Interfaces
	...[
		'type T implements I { x: Int } interface I { x: Int }',
		'type T implements I { x: Int } interface I { y: Int }',
		'type T implements I { x: String } interface I { x: Int }',
		'type T implements I { x: Int! } interface I { x: Int }',
	],
	...[
		'type T implements I { x: Int } interface I { x: Int! }',
		'type T implements I { x: [Int] } interface I { x: Int }',
		'type T implements I { x: [Int!]! } interface I { x: [Int] }',
		'type T implements I { x: Int } interface I { x: [Int] }',
	],
	...[
		'type T implements I { x: T } interface I { x: I }',
		'type T implements I { x: [T!] } interface I { x: [I] }',
		'type T implements I { x: A } interface I { x: U } union U = A | B type A { a: Int } type B { a: Int }',
		'type T implements I { x: I } interface I { x: T }',
	],
	...[
		'type T implements I { x(a: Int): Int } interface I { x(a: Int): Int }',
		'type T implements I { x: Int } interface I { x(a: Int): Int }',
		'type T implements I { x(a: Int!): Int } interface I { x(a: Int): Int }',
		'type T implements I { x(a: Int): Int } interface I { x(a: Int!): Int }',
	],
	...[
		'type T implements I { x(a: Int): Int } interface I { x: Int }',
		'type T implements I { x(a: Int!): Int } interface I { x: Int }',
		'type T implements I { x(a: Int! = 1): Int } interface I { x: Int }',
		'type T implements I { x(a: [Int!]): Int } interface I { x(a: [Int]): Int }',
	],
	...[
		'type T implements T { x: Int }',
		'interface I implements I { x: Int }',
		'interface I implements J { x: Int } interface J implements I { x: Int }',
		'type T implements I { x: Int } interface I implements J { x: Int } interface J { x: Int }',
	],
	...[
		'type T implements I & J { x: Int } interface I implements J { x: Int } interface J { x: Int }',
		'type T implements I & I { x: Int } interface I { x: Int }',
		'type T implements Nope { x: Int }',
		'type T implements U { x: Int } union U = T',
	],
	...[
		'interface I',
		'interface I { x: Int } type T { x: Int } extend type T implements I',
		'type T { y: Int } extend type T implements I interface I { x: Int }',
		'interface I implements J { x: J } interface J { x: J }',
		'type T implements I { x: K } interface I { x: J } interface J { y: Int } interface K implements J { y: Int }',
	],
	// Unions, enums, inputs
	...[
		'union U',
		'union U = T',
		'union U = T type T { x: Int }',
		'union U = T | T type T { x: Int }',
		'union U = I interface I { x: Int }',
		'union U = Int',
		'union U = U',
		'union U = T type T { x: Int } extend union U = T',
		'union __U = T type T { x: Int }',
	],
	...[
		'enum E',
		'enum E { A }',
		'enum E { A A }',
		'enum E { true }',
		'enum E { null }',
		'enum E { __A }',
		'enum E { A @deprecated }',
		'enum E { A @nope }',
		'enum E { A @deprecated @deprecated }',
		'enum E { A } extend enum E { B }',
		'enum __E { A }',
		'enum E { True }',
	],
	...[
		'input I',
		'input I { a: Int }',
		'input I { a: T } type T { x: Int }',
		'input I { a: I }',
		'input I { a: I! }',
		'input I { a: [I!]! }',
		'input I { a: J! } input J { b: I! }',
		'input I { a: J! } input J { b: I }',
		'input I { a: Int a: Int }',
		'input I { a: Nope }',
	],
	...[
		'input I { a: J! b: J! } input J { c: K! } input K { d: Int }',
		'input I { a: Int @deprecated }',
		'input I { a: Int! @deprecated }',
		'input I @oneOf { a: Int }',
		'input I @oneOf { a: Int! }',
		'input I @oneOf @oneOf { a: Int }',
		'input I { __a: Int }',
		'input I { a: Int = "x" }',
	],
	// Directives
	...[
		'directive @d on FIELD',
		'directive @d on FIELD directive @d on FIELD',
		'directive @__d on FIELD',
		'directive @d(a: Int) on FIELD',
		'directive @d(__a: Int) on FIELD',
		'directive @d(a: Nope) on FIELD',
		'directive @d(a: T) on FIELD type T { x: Int }',
	],
	...[
		'directive @skip(if: Boolean!) on FIELD',
		'directive @deprecated on OBJECT type T @deprecated { x: Int }',
		'directive @deprecated on OBJECT type T { x: Int @deprecated }',
		'directive @defer on FIELD',
		'directive @oneOf on FIELD input I @oneOf { a: Int }',
	],
	...[
		'directive @d(a: Int @d) on ARGUMENT_DEFINITION',
		'directive @d(a: Int @e) on ARGUMENT_DEFINITION directive @e(a: Int @d) on ARGUMENT_DEFINITION',
		'directive @d(a: Int @deprecated) on FIELD',
		'directive @d(a: I) on INPUT_FIELD_DEFINITION input I { a: Int @d }',
	],
	...[
		'type T @d { x: Int } directive @d on OBJECT',
		'type T @d { x: Int } directive @d on FIELD',
		'type T @d @d { x: Int } directive @d on OBJECT',
		'type T { x: Int @d @d } directive @d on FIELD_DEFINITION',
		'type T { x: Int @d @d } directive @d repeatable on FIELD_DEFINITION',
	],
	...[
		'type T { x: Int @d } directive @d(a: Int!) on FIELD_DEFINITION',
		'type T { x: Int @d(a: 1) } directive @d(a: Int!) on FIELD_DEFINITION',
		'type T { x: Int @d(a: null) } directive @d(a: Int!) on FIELD_DEFINITION',
		'type T { x: Int @d(a: "s") } directive @d(a: Int!) on FIELD_DEFINITION',
	],
	...[
		'type T { x: Int @d(b: 1) } directive @d(a: Int) on FIELD_DEFINITION',
		'type T { x: Int @d(a: 1, a: 2) } directive @d(a: Int) on FIELD_DEFINITION',
		'type T { x: Int @d } directive @d(a: Int! = 1) on FIELD_DEFINITION',
		'type T { x(a: Int @d): Int } directive @d on ARGUMENT_DEFINITION',
	],
	...[
		'scalar S @specifiedBy(url: "x")',
		'scalar S @specifiedBy',
		'scalar __S',
		'scalar S @d directive @d on SCALAR',
		'union U @d = T type T { x: Int } directive @d on UNION',
		'interface I @d { x: Int } directive @d on INTERFACE',
		'enum E @d { A } directive @d on ENUM',
		'schema @d { query: Q } type Q { x: Int } directive @d on SCHEMA',
	],
	...[
		'schema @d @d { query: Q } type Q { x: Int } directive @d on SCHEMA',
		'schema @d { query: Q } extend schema @d type Q { x: Int } directive @d on SCHEMA',
		'type T @__d { x: Int }',
		'type Query { x: Int } type Mutation { x: Int } type Subscription { x: Int }',
	],
];

/** Pairs that need a schema of their own. */
export const PAIRS: readonly (readonly [query: string, schema: string])[] = [
	['{ x }', 'schema { query: Q } type Q { x: Int } type Mutation { x: Int }'],
	['mutation { x }', 'schema { query: Q } type Q { x: Int } type Mutation { x: Int }'],
	['mutation { x }', 'type Query { x: Int } type Mutation { x: Int }'],
	['mutation { x }', 'type Mutation { x: Int }'],
	['{ x }', 'type Mutation { x: Int }'],
	['{ x }', 'extend schema { query: Q } type Q { x: Int } type Query { y: Int }'],
	['{ y }', 'extend schema { query: Q } type Q { x: Int } type Query { y: Int }'],
	['{ x }', 'schema { query: I } interface I { x: Int }'],
	['{ __schema { types { name } } }', 'schema { query: I } interface I { x: Int }'],
	['{ t { __schema { types { name } } } }', 'type Query { t: Query }'],
	['{ __schema { types { name } } x }', ''],
	['{ i { ... on J { x } } }', 'type Query { i: I } interface I { x: Int } interface J implements I { x: Int }'],
	['{ i { ... on I { x } } }', 'type Query { i: I } interface I { x: Int }'],
	['{ i { ... on T { x } } }', 'type Query { i: I } interface I { x: Int } type T implements I { x: Int }'],
	['{ u { ... on V { __typename } } }', 'type Query { u: U } union U union V'],
	['{ x(a: {b: 1}) }', 'type Query { x(a: Int): Int }'],
	['{ x(a: {}) }', 'type Query { x(a: Int): Int }'],
	['{ x(a: {}) }', 'type Query { x(a: E): Int } enum E { A }'],
	['{ x @defer }', 'type Query { x: Int } directive @defer on FIELD'],
	['{ x @skip }', 'type Query { x: Int } directive @skip on FIELD'],
	['{ x { y } }', 'type Query { x: E } enum E { A }'],
	['{ x(a: [[1]]) }', 'type Query { x(a: [[Int!]!]!): Int }'],
	['{ x(a: [[null]]) }', 'type Query { x(a: [[Int!]!]!): Int }'],
	['{ x(a: null) }', 'type Query { x(a: [Int]!): Int }'],
	['query ($a: I = {b: {c: 1}}) { x(a: $a) }', 'type Query { x(a: I): Int } input I { b: J! } input J { c: Int! }'],
	['query ($a: I = {b: {}}) { x(a: $a) }', 'type Query { x(a: I): Int } input I { b: J! } input J { c: Int! }'],
	['query ($a: Int) { x(a: {b: $a}) }', 'type Query { x(a: I): Int } input I { b: Int! = 1 }'],
	['query ($a: Int) { x(a: {b: $a}) }', 'type Query { x(a: I): Int } input I { b: Int! }'],
	['{ x(a: {c: 1}) }', 'type Query { x(a: I): Int } input I @oneOf { b: Int } extend input I { c: Int }'],
];
