import t from 'tap';
import { delivered, Judging } from '../fixtures/embedded.ts';
import { call, request, result } from '../fixtures/frames.ts';
import { type Input, reason } from '../fixtures/house.ts';

// Masked structuredContent that no longer fits the tool's schema is no result (contract §1).

const schema = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	type: 'object',
	properties: { level: { enum: ['low', 'high'] }, note: { type: 'string' }, n: { type: 'integer', minimum: 1 } },
	required: ['level'],
};

function judged(path: string, structuredContent: unknown, more: object = {}, outputSchema: object = schema) {
	const session = new Judging(({ kind, tool }: Input) => ({
		reasons: kind === 'result' && tool !== undefined ? [reason('mask', 'a/mask', { path, ...more })] : [],
	}));
	session.pass('client', request(1, 'tools/list'));
	session.pass('server', result(1, { tools: [{ name: 'x', outputSchema }] }));
	session.resume();
	session.pass('client', call(2, 'x'));
	const json = result(2, { content: [{ type: 'text', text: 't' }], structuredContent });
	const judgement = session.pass('server', json);
	return { session, judgement, delivered: () => delivered(json, judgement) };
}

t.test('what still fits goes on', async (t) => {
	const { judgement, delivered } = judged('$.result.structuredContent.note', { level: 'low', note: 'x' });
	t.equal(judgement.verdict, 'mask');
	t.match(delivered(), { result: { structuredContent: { note: '[masked:path]' } } });
	t.equal(judged('$.result.content[*].text', { level: 'low' }).judgement.verdict, 'mask', 'elsewhere nothing is asked');
});

t.test('what does not fit any more is a deny that says where and by which rule', async (t) => {
	for (const [path, pointer, more] of [
		['$.result.structuredContent.level', '/result/structuredContent/level', {}],
		['$.result.structuredContent.n', '/result/structuredContent/n', {}],
		['$.result.structuredContent.*', '/result/structuredContent/level', {}],
		['$.result.structuredContent', '/result/structuredContent', { op: 'remove' }],
	] as const) {
		const { judgement } = judged(path, { level: 'low', n: 5, note: 'x' }, more);
		t.match(judgement, { verdict: 'deny', code: 'ERR_MASK_OUTPUT_SCHEMA', misfit: { rules: ['a/mask'] } }, path);
		t.equal(judgement.misfit?.pointer, pointer, path);
	}
	const removed = judged('$.result.structuredContent.level', { level: 'low' }, { op: 'remove' });
	t.match(removed.judgement, { verdict: 'deny', misfit: { pointer: '/result/structuredContent/level' } });
});

t.test('what did not fit before, and what nobody can check, is not held against the mask', async (t) => {
	t.equal(judged('$.result.structuredContent.note', { level: 'other', note: 'x' }).judgement.verdict, 'mask');
	const remote = { $ref: 'https://example.com/schema.json' };
	t.equal(judged('$.result.structuredContent.level', { level: 'low' }, {}, remote).judgement.verdict, 'mask');
});

t.test('the result of a task is one of its tool', async (t) => {
	const { session } = judged('$.result.structuredContent.level', {});
	session.pass('client', call(5, 'x'));
	session.pass('server', result(5, { task: { taskId: 't' } }));
	session.pass('client', request(6, 'tasks/result', { taskId: 't' }));
	t.match(session.pass('server', result(6, { structuredContent: { level: 'low' } })), {
		verdict: 'deny',
		code: 'ERR_MASK_OUTPUT_SCHEMA',
	});
});

t.test('a schema for which there is no room is not known, and the others are', async (t) => {
	const session = new Judging();
	const large = { type: 'object', description: 'x'.repeat(3_000_000) };
	const list = (tools: object[]) => {
		session.pass('client', request(1, 'tools/list'));
		session.pass('server', result(1, { tools }));
	};
	list([
		{ name: 'a', outputSchema: large },
		{ name: 'b', outputSchema: large },
		{ name: 'c', outputSchema: schema },
	]);
	t.strictSame(
		['a', 'b', 'c'].map((name) => session.state.outputSchema(name) !== undefined),
		[true, false, true],
	);
	list([{ name: 'a' }, { name: 'b', outputSchema: large }]);
	t.strictSame(
		['a', 'b', 'c'].map((name) => session.state.outputSchema(name) !== undefined),
		[false, true, true],
	);
});
