import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { type JsonNode, member } from '../../../engine/frame/json.ts';
import { DEFAULT_LIMITS } from '../../../engine/frame/limits.ts';
import { scanJson } from '../../../engine/frame/scan.ts';
import { splice } from '../../../engine/mask/splice.ts';
import type { Judgement } from '../../../engine/policy/judgement.ts';
import { Judging } from '../../fixtures/embedded.ts';
import { call, frameOf, request, result } from '../../fixtures/frames.ts';
import { type Input, reason, type StubDecision } from '../../fixtures/house.ts';

const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const text = fc.oneof(fc.constantFrom('a', token, `x ${token} y`, 'mail bob@example.com', 'é"\\/'), fc.string());
const key = fc.oneof(fc.constantFrom('a', 'b', 'message', 'x/y', '~'), fc.string({ minLength: 1, maxLength: 5 }));
const value = fc.letrec((tie) => ({
	any: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
	list: fc.array(tie('any'), { maxLength: 3 }),
	object: fc.dictionary(key, tie('any'), { maxKeys: 4 }),
})).object;
const method = fc.constantFrom('elicitation/create', 'sampling/createMessage', 'roots/list', 'vendor/ask');

/** Rules that say something of what they see, and nothing of where that stands. */
function rules({ from, kind, method, params, result, findings }: Input): StubDecision {
	const seen = JSON.stringify([from, kind, method, params, result, findings]);
	const [n = 0, m = 0] = createHash('sha256').update(seen).digest();
	const part = kind === 'result' ? 'result' : 'params';
	const op = ['redact', 'partial', 'hash', 'remove'][m % 4];
	return {
		reasons: [
			...(n % 2 === 0 ? [reason('mask', 'a/secret', { finding: 'secret/*', op })] : []),
			...(n % 3 === 0 ? [reason('mask', 'a/path', { path: `$.${part}.a`, op })] : []),
			...(n % 5 === 0 ? [reason('mask', 'a/deep', { path: `$.${part}..message`, op })] : []),
			...(n % 7 === 0 ? [reason('warn', 'a/warn', { message: seen })] : []),
			...(n % 31 === 0 ? [reason('deny', 'a/deny')] : []),
		],
	};
}
const onlyEmbedded = (input: Input) => (input.embedded_in === undefined ? {} : rules(input));
const said = ({ reasons }: Judgement, pointer?: string) =>
	reasons
		.filter((one) => one.pointer === pointer)
		.map(({ embedded_in: _, pointer: __, ...rest }) => JSON.stringify(rest));
const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');
const bytesOf = (json: unknown) => frameOf(json).bytes;
const isIn = (node: JsonNode, { splices }: Judgement) =>
	splices.filter(({ start, end }) => start >= node.start && end <= node.end);

t.test('a request within a result is judged and masked as it is alone, and nothing around it is touched', async (t) => {
	fc.assert(
		fc.property(fc.dictionary(key, fc.record({ method, params: value }), { minKeys: 1, maxKeys: 4 }), (asked) => {
			const session = new Judging(onlyEmbedded);
			session.pass('client', call(1, 'ask'));
			const json = result(1, { content: [token], inputRequests: asked, requestState: token });
			const judgement = session.pass('server', json);
			const { root } = frameOf(json);
			const there = member(member(root, 'result'), 'inputRequests');
			let inside = 0;
			for (const [key, one] of Object.entries(asked)) {
				const alone = new Judging(rules);
				const plain = request('s', one.method, one.params);
				const own = alone.pass('server', plain);
				const pointer = `/result/inputRequests/${escaped(key)}`;
				fc.pre(own.code === undefined);
				if (JSON.stringify(said(own)) !== JSON.stringify(said(judgement, pointer)))
					throw new Error(`${said(own)}\n${said(judgement, pointer)}`);
				const node = member(there, key)!;
				const mine = isIn(node, judgement);
				inside += mine.length;
				const moved = mine.map((s) => ({ ...s, start: s.start - node.start, end: s.end - node.start }));
				const got = JSON.parse(splice(bytesOf(json).subarray(node.start, node.end), moved).toString());
				const { method, params } = JSON.parse(splice(bytesOf(plain), own.splices).toString());
				if (JSON.stringify(got) !== JSON.stringify({ method, params }))
					throw new Error(`${JSON.stringify(got)}\n${JSON.stringify({ method, params })}`);
			}
			if (inside !== judgement.splices.length) throw new Error('a splice stands outside');
		}),
		{ numRuns: 300 },
	);
	t.pass();
});

t.test('the result of a task is judged and masked as that of its call', async (t) => {
	fc.assert(
		fc.property(value, value, fc.boolean(), (answer, args, extension) => {
			const session = new Judging(onlyEmbedded);
			session.pass('client', call(1, 'x', args));
			session.pass('server', result(1, { task: { taskId: 't' } }));
			session.pass('client', request(2, extension ? 'tasks/get' : 'tasks/result', { taskId: 't' }));
			const json = result(2, extension ? { taskId: 't', result: answer } : answer);
			const judgement = session.pass('server', json);
			const alone = new Judging((input) => (input.kind === 'result' ? rules(input) : {}));
			alone.pass('client', call(1, 'x', args));
			const own = alone.pass('server', result(1, answer));
			fc.pre(own.code === undefined && judgement.code === undefined);
			const pointer = extension ? '/result/result' : '/result';
			const [a, b] = [said(own), said(judgement, pointer)];
			if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${a}\n${b}`);
			const got = JSON.parse(splice(bytesOf(json), judgement.splices).toString()).result;
			const expected = JSON.parse(splice(bytesOf(result(1, answer)), own.splices).toString()).result;
			if (JSON.stringify(extension ? got.result : got) !== JSON.stringify(expected)) throw new Error('other bytes');
		}),
		{ numRuns: 300 },
	);
	t.pass();
});

t.test('filtering a list takes out what is denied and leaves every other byte', async (t) => {
	const name = fc.constantFrom('a', 'b', 'c', 'no', 'never', 'é"');
	const space = fc.constantFrom('', ' ', '\n\t', '  ');
	const tool = fc.tuple(space, name, value, space).map(([before, name, more, after]) => {
		const { name: _, ...rest } = more as Record<string, unknown>;
		return { name, raw: `${before}${JSON.stringify({ name, ...rest })}${after}` };
	});
	fc.assert(
		fc.property(fc.array(tool, { maxLength: 8 }), space, (tools, gap) => {
			const session = new Judging(({ embedded_in, tool }) => ({
				reasons: embedded_in === 'tools/list' && tool.name.startsWith('n') ? [reason('deny', 'a/no')] : [],
			}));
			const rules = [{ id: 'a/no', reads: ['input.tool.name'], sets: ['deny'], files: [] }];
			const index = { groups: [{ name: 'g', rules: ['a/no'], touches: [{}] }], groupsFor: () => ['g'] };
			Object.assign(session.policy, { rules, index });
			session.pass('client', request(1, 'tools/list'));
			const head = `{"jsonrpc":"2.0",${gap}"id":1,"result":{${gap}"n":1.0,"tools":[`;
			const tail = `],${gap}"nextCursor":"c"}}`;
			const text = `${head}${tools.map(({ raw }) => raw).join(',')}${tail}`;
			const judgement = session.pass('server', text);
			const masked = splice(Buffer.from(text), judgement.splices);
			const left = scanJson(masked, DEFAULT_LIMITS);
			if (!left.ok) throw new Error(masked.toString());
			const list = member(member(left.root, 'result'), 'tools');
			const items =
				list?.type === 'array' ? list.items.map(({ start, end }) => masked.toString('utf8', start, end)) : [];
			const kept = tools.filter(({ name }) => !name.startsWith('n')).map(({ raw }) => raw.trim());
			if (JSON.stringify(items) !== JSON.stringify(kept)) throw new Error(`${items}\n${kept}`);
			const whole = masked.toString('utf8');
			if (!whole.startsWith(head) || !whole.endsWith(tail)) throw new Error(whole);
			if ((judgement.verdict === 'mask') !== kept.length < tools.length) throw new Error(judgement.verdict);
		}),
		{ numRuns: 300 },
	);
	t.pass();
});
