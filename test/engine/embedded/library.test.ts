import { join } from 'node:path';
import t from 'tap';
import { createDetector } from '../../../engine/detect/detector.ts';
import { listingRules } from '../../../engine/embedded/listing-rules.ts';
import { compilePolicy } from '../../../engine/policy/compile.ts';
import { knowledgeOf } from '../../../engine/policy/knowledge.ts';
import { loadPolicy, type Policy } from '../../../engine/policy/load.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';
import { SessionState } from '../../../engine/session/state.ts';
import { step } from '../../../engine/step.ts';
import { options } from '../../fixtures/embedded.ts';
import { agent, call, messageIn, origin, request, result } from '../../fixtures/frames.ts';
import { COLD, openTestCompiler } from '../policy/compiler-for-tests.ts';

// The rules of the library, compiled, over lists and over what stands in results.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

async function library(data: object = {}): Promise<Policy> {
	const masking = { detectors: ['secrets', 'pii'] };
	const detector = createDetector(masking);
	const source = await readPolicySource(join(import.meta.dirname, '../../../policies'));
	const merged = { ...source, data: { ...source.data, ...data } };
	return loadPolicy(await compilePolicy(merged, masking, detector.version, compiler, undefined, knowledgeOf(detector)));
}

t.test('which rules take tools out of lists: those that read neither arguments nor counts nor time', async (t) => {
	const policy = await library();
	const rules = listingRules(policy);
	for (const id of ['access/allowlist', 'shell/closed', 'tools/changed_definition']) t.ok(rules.has(id), id);
	for (const id of ['budget/calls', 'budget/tool_calls', 'change/freeze', 'files/destructive', 'shell/injection'])
		t.notOk(rules.has(id), id);
	t.ok(policy.rules.every(({ id, sets }) => !rules.has(id) || sets.includes('deny')));
});

t.test('a shell is in no list, and is denied when it is called all the same', async (t) => {
	const policy = await library();
	const state = new SessionState(origin);
	const pass = (from: 'client' | 'server', json: unknown) =>
		step(policy, state, messageIn(state, from, json), state.seq + 1, { t: 0, principal: agent }, options).judgement;
	pass('client', request(1, 'tools/list'));
	const tools = ['bash', 'read_file', 'run_command', 'query'].map((name) => ({ name, inputSchema: {} }));
	const list = pass('server', result(1, { tools }));
	t.equal(list.verdict, 'mask');
	t.strictSame(
		list.reasons.map(({ rule, tool, embedded_in }) => [rule, tool, embedded_in]),
		[
			['shell/closed', 'bash', 'tools/list'],
			['shell/closed', 'run_command', 'tools/list'],
		],
	);
	t.match(pass('client', call(2, 'bash', { command: 'ls' })), { verdict: 'deny', reasons: [{ rule: 'shell/closed' }] });
});

t.test('a secret in the result of a task is masked as in the result of its call', async (t) => {
	const policy = await library();
	const state = new SessionState(origin);
	const pass = (from: 'client' | 'server', json: unknown) =>
		step(policy, state, messageIn(state, from, json), state.seq + 1, { t: 0, principal: agent }, options).judgement;
	pass('client', request(1, 'tools/list'));
	pass('server', result(1, { tools: [{ name: 'read_file', inputSchema: {} }] }));
	pass('client', call(2, 'read_file', { path: 'a' }));
	pass('server', result(2, { resultType: 'task', taskId: 't', status: 'working' }));
	pass('client', request(3, 'tasks/get', { taskId: 't' }));
	const text = 'key ghp_0123456789abcdefghijABCDEFGHIJ012345';
	const got = pass(
		'server',
		result(3, { taskId: 't', status: 'completed', result: { content: [{ type: 'text', text }] } }),
	);
	t.match(got, { verdict: 'mask', splices: [{ pointer: '/result/result/content/0/text' }] });
	t.equal(got.splices.length, 1);
	t.match(
		got.reasons.filter(({ rule }) => rule === 'secrets/leave_result').map(({ pointer }) => pointer ?? ''),
		['', '/result/result'],
	);
});
