import { Ajv } from 'ajv';
import t from 'tap';
import { INPUT_SCHEMA } from '../../../engine/policy/input-schema.ts';
import { COLD, openTestCompiler } from '../policy/compiler-for-tests.ts';

interface Schema {
	readonly type?: string;
	readonly description?: string;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly additionalProperties?: boolean;
	readonly items?: Schema;
	readonly required?: readonly string[];
}

const root = INPUT_SCHEMA as Schema;

/** Every member with its reference in Rego. */
function members(schema: Schema, ref: string): [ref: string, schema: Schema][] {
	const here = Object.entries(schema.properties ?? {}).flatMap(([name, sub]): [string, Schema][] => [
		[`${ref}.${name}`, sub],
		...members(sub, `${ref}.${name}`),
	]);
	return schema.items === undefined ? here : [...here, ...members(schema.items, `${ref}[_]`)];
}

t.test('it is a JSON Schema, closed where the contract names the members, and says what each one means', async (t) => {
	const ajv = new Ajv({ strict: true, allErrors: true });
	t.ok(ajv.validateSchema(root as object), ajv.errorsText());
	for (const [ref, schema] of members(root, 'input')) {
		t.match(schema.description, /^[A-Z`].*\.$/, ref);
		if (schema.type === 'object')
			t.type(schema.additionalProperties, 'boolean', `${ref} is open or closed, on purpose`);
		if (schema.properties) t.equal(schema.additionalProperties, false, ref);
		for (const name of schema.required ?? []) t.ok(schema.properties?.[name], `${ref}.${name} is required`);
	}
});

t.test('every member can be read by a rule, and no other beside it', async (t) => {
	t.setTimeout(COLD);
	const compiler = openTestCompiler();
	t.teardown(() => compiler.close());
	const all = members(root, 'input');
	const check = async (refs: string[]) => {
		const text = `package a\n\n${refs.map((ref, i) => `p${i} := ${ref}`).join('\n')}\n`;
		return (await compiler.request('check', { modules: [{ path: 'a.rego', text }], schema: INPUT_SCHEMA })).problems;
	};
	t.same(await check(all.map(([ref]) => ref)), []);
	const open = all.filter(
		([, s]) => s.additionalProperties === true || (s.type === undefined && s.properties === undefined),
	);
	t.same(open.map(([ref]) => ref).sort(), [
		'input.error',
		'input.params',
		'input.principal.claims',
		'input.recent.calls.by_server',
		'input.result',
		'input.session.calls.by_tool',
		'input.tool.annotations',
		'input.tool.arguments',
	]);
	t.same(await check(open.map(([ref]) => `${ref}.anything["at all"][_].x`)), []);
	for (const [ref, schema] of [['input', root] as const, ...all]) {
		if (schema.properties) t.match(await check([`${ref}.no_such_member`]), [{ code: 'rego_type_error' }], ref);
	}
});

t.test('the example of the contract is valid, a misspelt member is not', async (t) => {
	const valid = new Ajv().compile(root as object);
	const input = {
		version: 1,
		from: 'server',
		kind: 'result',
		method: 'tools/call',
		params: { name: 'query' },
		result: { content: [] },
		tool: { name: 'query', arguments: {}, annotations: {}, definition: { hash: 'h', status: 'same' } },
		principal: { id: 'x', kind: 'agent', issuer: 'tokens', groups: [], scopes: [], human: 'y', claims: {} },
		client: { name: 'c', version: '1' },
		server: { name: 'db', labels: [], transport: 'stdio' },
		session: {
			id: 's',
			seq: 12,
			labels: [],
			protocol: '2025-11-25',
			started_ns: 0,
			calls: { total: 3, last_minute: 3, by_tool: { query: 2 }, denied: 0 },
		},
		recent: { labels: [], calls: { total: 9, last_minute: 3, by_server: { db: 3 } } },
		transport: { kind: 'http', remote: '127.0.0.1' },
		findings: [{ type: 'secret/github-token', pointer: '/result/content/0/text', start: 3, end: 43 }],
		time: { ns: 1_760_000_000_000, rfc3339: '2025-10-09T08:53:20Z', weekday: 'Friday', hour: 16 },
	};
	t.ok(valid(input), JSON.stringify(valid.errors));
	t.notOk(valid({ ...input, principle: {} }));
	t.notOk(valid({ ...input, from: 'gateway' }));
	const { time: _, ...timeless } = input;
	t.notOk(valid(timeless));
});
