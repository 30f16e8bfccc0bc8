import t from 'tap';
import { splice } from '../../../engine/mask/splice.ts';
import type { RuleInfo } from '../../../engine/policy/types.ts';
import { delivered, Judging } from '../../fixtures/embedded.ts';
import { call, frameOf, request, result } from '../../fixtures/frames.ts';
import { type Input, reason, type StubDecision } from '../../fixtures/house.ts';

const READS: Record<string, string[] | null> = {
	'a/name': ['input.tool.name', 'input.from'],
	'a/status': ['input.tool.definition.status', 'input.tool.annotations'],
	'a/arguments': ['input.tool.arguments.path'],
	'a/params': ['input.params.task'],
	'a/all': ['input'],
	'a/counts': ['input.session.calls.total'],
	'a/recent': ['input.recent'],
	'a/time': ['input.time.hour'],
	'a/unknown': null,
	'a/clock': ['input.tool.name'],
};
const rules = Object.entries(READS).map(
	([id, reads]): RuleInfo => ({
		...{ id, reads, sets: ['deny', 'mask'], files: [`${id}.rego`] },
		uses: { code: '', files: [`${id}.rego`], data: [] },
	}),
);

/** A session under rules of which it is known what they read. */
class Listing extends Judging {
	constructor(decide: (input: Input) => StubDecision, more = {}) {
		super(decide, more);
		Object.assign(this.policy, {
			rules,
			compiled: {
				...this.policy.compiled,
				modules: rules.map(({ id }) => ({
					path: `${id}.rego`,
					text: id === 'a/clock' ? 'x if time.now_ns() > 0' : '',
				})),
			},
			index: { groups: [{ name: 'g', rules: Object.keys(READS), touches: [{}] }], groupsFor: () => ['g'] },
		});
	}
	list(value: unknown, id = 1) {
		this.pass('client', request(id, 'tools/list'));
		return this.pass('server', result(id, value));
	}
}
const denies =
	(names: string[], rule = 'a/name') =>
	({ embedded_in, tool }: Input) => ({
		reasons: embedded_in === 'tools/list' && names.includes(tool?.name) ? [reason('deny', rule)] : [],
	});
const tools = (...names: string[]) =>
	names.map((name) => ({ name, description: 'd', inputSchema: { type: 'object' } }));

t.test('a listed tool is judged as its call, without arguments and with zero counts', async (t) => {
	const session = new Listing(() => ({}), { pins: { b: 'x' } });
	session.pass('client', call(9, 'a'));
	session.list({ tools: [{ name: 'a', annotations: { readOnlyHint: true } }, { name: 'b' }] });
	t.match(session.embedded, [
		{
			...{ from: 'client', kind: 'request', method: 'tools/call', embedded_in: 'tools/list' },
			params: { name: 'a', arguments: {} },
			tool: { name: 'a', arguments: {}, annotations: { readOnlyHint: true }, definition: { status: 'new' } },
			session: { calls: { total: 0, last_minute: 0, by_tool: {}, denied: 0 } },
			recent: { calls: { total: 0, last_minute: 0, by_server: {} } },
		},
		{ tool: { name: 'b', definition: { status: 'changed' } } },
	]);
	t.strictSame(session.embedded[0].session.calls.by_tool, {});
	t.equal(session.inputs[0].session.calls.total, 1, 'the list itself is judged with the counts');
	session.list({ tools: [{ name: 'a', annotations: { readOnlyHint: false } }] }, 2);
	t.equal(session.embedded[0].tool.definition.status, 'changed', 'as it is listed now');
});

t.test('a deny by rules that read what is known takes the tool out, byte by byte', async (t) => {
	const session = new Listing(denies(['b', 'd']));
	session.pass('client', request(1, 'tools/list'));
	const text =
		'{"jsonrpc":"2.0","id":1,"result":{ "tools" : [ {"name":"a", "n":1.0} ,\t{"name":"b","_meta":{"io.modelcontextprotocol/x":1}},{"name":"c"}, {"name":"d"} ],"nextCursor":"n" } }';
	const judgement = session.pass('server', text);
	t.equal(
		splice(frameOf(text).bytes, judgement.splices).toString(),
		'{"jsonrpc":"2.0","id":1,"result":{ "tools" : [ {"name":"a", "n":1.0},{"name":"c"} ],"nextCursor":"n" } }',
	);
	t.equal(judgement.verdict, 'mask');
	t.match(judgement.reasons, [
		{
			set: 'mask',
			was: 'deny',
			op: 'remove',
			rule: 'a/name',
			embedded_in: 'tools/list',
			pointer: '/result/tools/1',
			tool: 'b',
		},
		{ pointer: '/result/tools/3', tool: 'd', message: 'not listed: a/name says deny' },
	]);
});

t.test('no other deny does, and nothing but a deny', async (t) => {
	for (const rule of Object.keys(READS)) {
		const session = new Listing(denies(['a'], rule));
		const { verdict } = session.list({ tools: tools('a', 'b') });
		t.equal(verdict, rule === 'a/name' || rule === 'a/status' ? 'mask' : 'allow', rule);
	}
	const session = new Listing(({ embedded_in }) => ({
		reasons:
			embedded_in === undefined
				? []
				: [reason('hold', 'a/name'), reason('mask', 'a/name', { path: '$.params.name' }), reason('warn', 'a/name')],
		labels: embedded_in === undefined ? [] : [{ rule: 'a/name', level: 'enforce', label: 'x', scope: 'session' }],
	}));
	const judgement = session.list({ tools: tools('a') });
	t.match(judgement, { verdict: 'allow', reasons: [], labels: [], splices: [] });
	t.strictSame(judgement.reasons, []);
});

t.test('in shadow it stays in the list, and the reason says what would be', async (t) => {
	const session = new Listing(({ embedded_in }) => ({
		reasons: embedded_in === undefined ? [] : [reason('deny', 'a/name', { level: 'shadow' })],
	}));
	t.match(session.list({ tools: tools('a') }), {
		verdict: 'allow',
		splices: [],
		reasons: [{ set: 'warn', was: 'deny', tool: 'a', embedded_in: 'tools/list' }],
	});
});

t.test('a list that was filtered or masked is nobody else’s', async (t) => {
	const filtered = new Listing(denies(['b']));
	const json = { tools: tools('a', 'b'), cacheScope: 'public', ttlMs: 5 };
	t.strictSame(
		delivered(result(1, json), filtered.list(json)),
		result(1, { ...json, tools: tools('a'), cacheScope: 'private' }),
	);
	t.equal(new Listing(() => ({})).list(json).verdict, 'allow', 'one that was not stays as it is');
	const masked = new Listing(({ embedded_in, kind }) => ({
		reasons:
			embedded_in === undefined && kind === 'result'
				? [reason('mask', 'a/d', { path: '$.result.tools[*].description' })]
				: [],
	}));
	t.match(delivered(result(1, json), masked.list(json)), { result: { cacheScope: 'private' } });
	const gone = new Listing(({ kind }) => ({
		reasons: kind === 'result' ? [reason('mask', 'a/d', { path: '$.result.cacheScope', op: 'remove' })] : [],
	}));
	t.strictSame(delivered(result(1, json), gone.list(json)), result(1, { tools: json.tools, ttlMs: 5 }));
	const replaced = new Listing(({ kind }) => ({
		reasons: kind === 'result' ? [reason('mask', 'a/d', { path: '$.result.cacheScope' })] : [],
	}));
	t.match(delivered(result(1, json), replaced.list(json)), { result: { cacheScope: 'private' } });
});

t.test(
	'what is no list of tools, or too long, is denied; a tool that nobody can call by name is judged without one',
	async (t) => {
		const session = new Listing(({ embedded_in, tool, params }) => ({
			reasons: embedded_in !== undefined && tool === undefined && params.name !== 'x' ? [reason('deny', 'a/name')] : [],
		}));
		t.match(session.list({ tools: {} }), { verdict: 'deny', code: 'ERR_EMBEDDED_SHAPE' });
		t.match(session.list({ Tools: [] }, 2), { verdict: 'deny', code: 'ERR_EMBEDDED_SHAPE' });
		t.match(session.list({ tools: Array(4097).fill({ name: 'a' }) }, 3), {
			verdict: 'deny',
			code: 'ERR_LIMIT_LISTED_TOOLS',
		});
		t.equal(session.list({}, 4).verdict, 'allow');
		const odd = { tools: [{ name: 5 }, {}, 7, { name: 'a' }] };
		t.strictSame(delivered(result(5, odd), session.list(odd, 5)), result(5, { tools: [{ name: 'a' }] }));
	},
);

t.test('where no rule qualifies, no tool is asked about', async (t) => {
	const session = new Judging();
	session.pass('client', request(1, 'tools/list'));
	session.pass('server', result(1, { tools: tools('a', 'b') }));
	t.equal(session.inputs.length, 1);
});
