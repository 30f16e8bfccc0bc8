import t, { type Test } from 'tap';
import { graphql } from '../../../../engine/policy/builtins/graphql/index.ts';
import { type Builtin, BuiltinError } from '../../../../engine/policy/builtins/types.ts';
import { capabilities } from '../../../../engine/policy/capabilities.ts';
import { fromJson, RegoObject, RegoSet, toPlain, type Value } from '../../../../engine/policy/value/value.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { PAIRS, QUERIES, SCHEMAS, TEXTS, ZOO } from './graphql/cases.ts';
import { mutants } from './graphql/mutants.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const functions: Readonly<Record<string, Builtin>> = graphql;

/** `BuiltinError`s of these functions, and no exception of the language. */
const REFUSED = { message: /neither a text nor a tree|the tree is incomplete|no such kind of value/ };

interface Call {
	readonly fn: string;
	readonly args: readonly unknown[];
}

const MODULE = `package sluice.main

answers := {i: v | some i, c in input.calls; v := call(c)}
call(c) := graphql.parse_query(c.args[0]) if c.fn == "graphql.parse_query"
call(c) := graphql.parse_schema(c.args[0]) if c.fn == "graphql.parse_schema"
call(c) := graphql.schema_is_valid(c.args[0]) if c.fn == "graphql.schema_is_valid"
call(c) := graphql.is_valid(c.args[0], c.args[1]) if c.fn == "graphql.is_valid"
call(c) := graphql.parse(c.args[0], c.args[1]) if c.fn == "graphql.parse"
call(c) := graphql.parse_and_verify(c.args[0], c.args[1]) if c.fn == "graphql.parse_and_verify"
`;

/** Where Go follows a null pointer, which a policy's own tree can make it do. */
const PANIC = Symbol('panic');
type Answer = string | undefined | typeof PANIC;

/** What the interpreter says to each call; nothing for undefined. */
async function interpreted(calls: readonly Call[]): Promise<readonly Answer[]> {
	try {
		return await evaluate(calls);
	} catch (error) {
		if (!/nil pointer/.test(String(error))) throw error;
		if (calls.length === 1) return [PANIC];
		const half = calls.length >> 1;
		return [...(await interpreted(calls.slice(0, half))), ...(await interpreted(calls.slice(half)))];
	}
}

async function evaluate(calls: readonly Call[]): Promise<readonly Answer[]> {
	const { outcomes } = await compiler.request('eval', {
		modules: [{ path: 't.rego', text: MODULE }],
		builtins: capabilities(Object.keys(functions)),
		query: 'data.sluice.main.answers',
		inputs: [{ calls }],
	});
	const answers = outcomes[0]?.value as Readonly<Record<string, unknown>>;
	return calls.map((_, i) => (String(i) in answers ? JSON.stringify(answers[i]) : undefined));
}

/** What our function says; every exception but a `BuiltinError` is a fault. */
function answer({ fn, args }: Call): string | undefined {
	try {
		const value = functions[fn]!({ nowNs: 0n, seed: '' }, ...args.map(fromJson));
		return value === undefined ? undefined : JSON.stringify(toPlain(value));
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}

async function compare(t: Test, calls: readonly Call[]): Promise<void> {
	const theirs = await interpreted(calls);
	const differences = calls.flatMap((call, i) => {
		const ours = answer(call);
		const [agreed, unverified] = [ours === theirs[i], ours !== 'true' && !ours?.startsWith('[true')];
		return agreed || (theirs[i] === PANIC && unverified) ? [] : [{ ...call, ours, theirs: theirs[i] }];
	});
	t.strictSame(differences, [], `${calls.length} calls`);
	t.ok(new Set(theirs).size > 1, 'the interpreter tells them apart');
}

const parses = (text: string): Call[] =>
	['graphql.parse_query', 'graphql.parse_schema'].map((fn) => ({ fn, args: [text] }));
const VERDICTS = ['graphql.is_valid', 'graphql.parse', 'graphql.parse_and_verify'];
const verdicts = (query: unknown, schema: unknown): Call[] => VERDICTS.map((fn) => ({ fn, args: [query, schema] }));
const schemaIsValid = (schema: unknown): Call => ({ fn: 'graphql.schema_is_valid', args: [schema] });
/** A tree as JSON. */
const tree = (kind: 'query' | 'schema', text: string) =>
	JSON.parse(answer({ fn: `graphql.parse_${kind}`, args: [text] })!);

t.test('texts are parsed as the interpreter does, comments included', async (t) => {
	await compare(t, [...TEXTS, ...QUERIES, ...SCHEMAS].flatMap(parses));
});

t.test('schemas are valid for both or for neither', async (t) => {
	await compare(t, [...SCHEMAS, ...TEXTS].map(schemaIsValid));
});

t.test('queries are valid for both or for neither', async (t) => {
	await compare(t, [
		...QUERIES.map((query): Call => ({ fn: 'graphql.is_valid', args: [query, ZOO] })),
		...PAIRS.flatMap(([query, schema]) => verdicts(query, schema)),
		...QUERIES.slice(0, 20).flatMap((query) => verdicts(query, ZOO)),
	]);
});

t.test('texts that were changed at random', async (t) => {
	const texts = mutants([...QUERIES, ...TEXTS], 1500, 1);
	await compare(t, texts.flatMap(parses));
	await compare(
		t,
		mutants(QUERIES, 1500, 2).map((query): Call => ({ fn: 'graphql.is_valid', args: [query, ZOO] })),
	);
	const schemas = mutants(SCHEMAS.slice(1), 1500, 3);
	await compare(
		t,
		[...schemas, ...mutants([ZOO], 300, 4)].flatMap((s) => [schemaIsValid(s), ...parses(s).slice(1)]),
	);
});

t.test('trees stand for texts', async (t) => {
	const readable = (kind: 'query' | 'schema', texts: readonly string[]) =>
		texts.filter((text) => answer({ fn: `graphql.parse_${kind}`, args: [text] }) !== undefined);
	const zoo = tree('schema', ZOO);
	const queries = readable('query', QUERIES);
	await compare(t, [
		...queries.flatMap((text): Call[] => [
			{ fn: 'graphql.is_valid', args: [tree('query', text), ZOO] },
			{ fn: 'graphql.parse_and_verify', args: [tree('query', text), 'type Query { extra: String }'] },
		]),
		...queries.slice(0, 20).flatMap((text) => verdicts(text, zoo)),
		...readable('schema', [...SCHEMAS, ...TEXTS]).map((text) => schemaIsValid(tree('schema', text))),
		...verdicts(tree('query', '# c\nquery ($x: ID = 1) { y: node(id: $x) { id } }'), zoo),
	]);
});

t.test('trees that a policy made up', async (t) => {
	const query = (operation: unknown) => ({ Operations: [operation] });
	const field = (extra: object) => query({ Operation: 'query', SelectionSet: [{ Name: 'extra', ...extra }] });
	const type = (extra: object) => ({ Definitions: [{ Kind: 'OBJECT', Name: 'Query', ...extra }] });
	const int = { NamedType: 'Int' };
	const queries: unknown[] = [
		...[
			{},
			{ Operations: null },
			{ Operations: {} },
			{ Operations: 'x' },
			{ operations: [] },
			{ OPERATIONS: 5 },
			{ Other: 5 },
		],
		...[query({}), query({ operation: 'mutation', SelectionSet: [{ Name: 'extra' }] }), query('x'), query({ Name: 5 })],
		...[
			field({}),
			field({ name: 'nope' }),
			field({ Alias: 'x' }),
			field({ Alias: 5 }),
			field({ Arguments: null }),
			field({ Name: null }),
		],
		...[
			field({ Position: { Line: 1 } }),
			field({ Comment: 5 }),
			field({ Directives: [{ name: 'once' }] }),
			field({ Directives: [{ NAME: 'once', 'name ': 1 }] }),
		],
		...[
			field({ Definition: { Name: 'x', Type: int } }),
			field({ ObjectDefinition: { Kind: 'OBJECT' } }),
			field({ SelectionSet: ['x', 5, []] }),
		],
		...[field({ Directives: [{ Name: 'many', Arguments: [{ Name: 'n', Value: { Kind: 1, Raw: '1' } }] }] })],
		...['1.5', '9223372036854775808', '+5', '007', '', 'x', '_'].flatMap((Raw) =>
			[1, 2, 5].map((Kind) =>
				field({
					Name: 'scalars',
					Arguments: [{ Name: Kind === 1 ? 'i' : Kind === 2 ? 'f' : 'b', Value: { Kind, Raw } }],
				}),
			),
		),
		...['t', 'T', '1', 'TRUE', 'True', 'tRUE', 'yes'].map((Raw) =>
			field({ Name: 'scalars', Arguments: [{ Name: 'b', Value: { Kind: 5, Raw } }] }),
		),
		...['inf', '-Infinity', 'NaN', '1.', '.5', '1e400'].map((Raw) =>
			field({ Name: 'scalars', Arguments: [{ Name: 'f', Value: { Kind: 2, Raw } }] }),
		),
		field({ Name: 'scalars', Arguments: [{ Name: 'i', Value: { Kind: '1', Raw: '1' } }] }),
		field({ Name: 'scalars', Arguments: [{ Name: 'i', Value: { Kind: 1.5, Raw: '1' } }] }),
		query({ SelectionSet: [{ Name: 'extra' }], VariableDefinitions: [{ Variable: 'x', Type: int, Used: true }] }),
		query({ SelectionSet: [{ Name: 'extra' }], VariableDefinitions: [{ Variable: 'x', Type: int, used: false }] }),
		{
			...field({ Alias: 5, Name: 'F' }),
			Fragments: [{ Name: 'F', TypeCondition: 'Query', SelectionSet: [{ Name: 'extra' }] }],
		},
		field({ Alias: 5, Name: 5, TypeCondition: 'Query', SelectionSet: [{ Name: 'nope' }] }),
		field({ Alias: 5, Name: 5, TypeCondition: 'Query', SelectionSet: [{ Name: 'extra' }] }),
		...['x', 5, null, true, [], ['{ extra }']],
	];
	const schemas: unknown[] = [
		...[
			{},
			type({}),
			type({ Fields: [] }),
			type({ Fields: [{ Name: 'x', Type: int }] }),
			type({ fields: [{ name: 'x', type: { namedtype: 'Int' } }] }),
		],
		...[
			type({ Fields: 'x' }),
			type({ Fields: [{ Name: 'x', Type: { Elem: int } }] }),
			type({ Kind: 'NOPE' }),
			type({ Kind: 5 }),
			type({ Interfaces: [5] }),
		],
		...[
			type({ Name: '__Q', BuiltIn: true, Fields: [{ Name: 'x', Type: int }] }),
			type({ Fields: [{ Name: 'x', Type: int }], Interfaces: null }),
		],
		...[
			{ Schema: [{}] },
			{ Schema: [{}, {}] },
			{ Extensions: [{ Kind: 'ENUM', Name: 'E', EnumValues: [{ Name: 'A' }] }] },
			{ Directives: [{ Name: 'd', Locations: ['X'] }] },
		],
		...['x', 5, null, true, [], [{}]],
	];
	await compare(t, [
		...queries.flatMap((query) => verdicts(query, ZOO)),
		...schemas.flatMap((schema) => [schemaIsValid(schema), ...verdicts('{ x }', schema)]),
		...[5, null, {}, ['{ x }']].flatMap((text): Call[] => [
			{ fn: 'graphql.parse_query', args: [text] },
			{ fn: 'graphql.parse_schema', args: [text] },
		]),
	]);
});

t.test('what JSON cannot say', async (t) => {
	const call = (fn: string, ...args: Value[]) => functions[fn]!({ nowNs: 0n, seed: '' }, ...args);
	const set = new RegoSet(['{ x }']);
	t.equal(call('graphql.is_valid', set, ZOO), false);
	t.equal(call('graphql.is_valid', '{ extra }', set), false);
	t.equal(call('graphql.schema_is_valid', set), false);
	t.throws(() => call('graphql.parse', set, ZOO), REFUSED);
	const operations = new RegoObject([
		['Operations', new RegoSet([fromJson({ SelectionSet: [{ Name: 'extra' }] })])],
		[5, 'x'],
	]);
	t.equal(call('graphql.is_valid', operations, ZOO), true, 'a set is a list in JSON');
});

t.test('a tree that lacks what Go would follow is undefined, not a fault', async (t) => {
	const call =
		(fn: string, ...args: unknown[]) =>
		() =>
			functions[fn]!({ nowNs: 0n, seed: '' }, ...args.map(fromJson));
	const broken = [
		...[{ Operations: [null] }, { Fragments: [null] }, { Operations: [{ Directives: [null] }] }],
		{ Operations: [{ SelectionSet: [{ Name: 'cat', Arguments: [{ Name: 'x' }] }] }] },
		{ Operations: [{ VariableDefinitions: [{ Variable: 'x' }] }] },
		{ Operations: [{ VariableDefinitions: [{ Variable: 'x', Type: { Elem: {} } }] }] },
		{
			Operations: [
				{ Operation: 'query', SelectionSet: [{ Name: 'scalars', Arguments: [{ Name: 'i', Value: { Kind: 12 } }] }] },
			],
		},
	];
	for (const query of broken) t.throws(call('graphql.is_valid', query, ZOO), REFUSED, JSON.stringify(query));
	for (const schema of [{ Definitions: [null] }, { Definitions: [{ Fields: [{ Name: 'x' }] }] }])
		t.throws(call('graphql.schema_is_valid', schema), REFUSED, JSON.stringify(schema));
});

t.test('what grows beyond all bounds is undefined, and soon', async (t) => {
	const refused = (fn: string, ...args: Value[]) => {
		t.throws(() => functions[fn]!({ nowNs: 0n, seed: '' }, ...args), { message: /too (long|complex|deep)/ }, fn);
	};
	const chain = (n: number, body: (i: number) => string) => Array.from({ length: n }, (_, i) => body(i)).join('\n');
	refused('graphql.parse_query', ' '.repeat(5_000_000));
	refused('graphql.parse_query', '{ x '.repeat(3_000_000 / 4));
	refused('graphql.parse_query', '{x'.repeat(100_000));
	refused('graphql.parse_query', `{ x(a: ${'['.repeat(100_000)}) }`);
	refused('graphql.parse_query', `query ($x: ${'['.repeat(100_000)}) { x }`);
	refused('graphql.is_valid', `{ ...F0 } ${chain(5000, (i) => `fragment F${i} on Query { ...F${i + 1} }`)}`, ZOO);
	refused('graphql.is_valid', `{ ${'extra '.repeat(10_000)} }`, ZOO);
	refused(
		'graphql.is_valid',
		`${chain(3000, (i) => `query Q${i} { ...F }`)} fragment F on Query { ${'a:extra '.repeat(1000)} }`,
		ZOO,
	);
	refused(
		'graphql.schema_is_valid',
		chain(5000, (i) => `input I${i} { a: I${i + 1}! }`).concat('input I5000 { a: Int }'),
	);
	refused(
		'graphql.schema_is_valid',
		`type T implements ${'& I '.repeat(5000)} { x0: Int } interface I { ${chain(2000, () => 'x0: Int')} }`,
	);
	let deep: Value = fromJson({ Name: 'x' });
	for (let i = 0; i < 2000; i++)
		deep = new RegoObject([
			['SelectionSet', [deep]],
			['Alias', 5],
			['Name', 5],
		]);
	refused('graphql.is_valid', new RegoObject([['Operations', [new RegoObject([['SelectionSet', [deep]]])]]]), ZOO);
});
