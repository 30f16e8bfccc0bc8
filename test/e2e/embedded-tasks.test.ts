import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import t from 'tap';
import { Judging } from '../fixtures/embedded.ts';
import { request } from '../fixtures/frames.ts';
import { type Input, reason } from '../fixtures/house.ts';

// The tasks of 2025-11-25 as a real server speaks them: what `tasks/result` gives is the result of the call.

const server = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');

const TOOL = 'simulate-research-query';

t.test('the result of a task of server-everything is judged as that of its call', async (t) => {
	const child = spawn(process.execPath, [server, 'stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
	t.teardown(() => child.kill());
	const session = new Judging(({ tool, kind, result }: Input) => ({
		reasons:
			tool?.name === TOOL && kind === 'result' && result.content !== undefined
				? [reason('mask', 'a/text', { path: '$.result.content[*].text' })]
				: [],
	}));
	const answers = new Map<unknown, (frame: { result: Record<string, unknown> }) => void>();
	const judged = new Map<unknown, { inputs: Input[]; verdict: string }>();
	createInterface({ input: child.stdout }).on('line', (line) => {
		const frame = JSON.parse(line);
		if (frame.method !== undefined) return;
		const { verdict } = session.pass('server', line);
		judged.set(frame.id, { inputs: session.embedded, verdict });
		answers.get(frame.id)?.(frame);
	});
	const send = (json: unknown) => {
		session.pass('client', json);
		child.stdin.write(`${JSON.stringify(json)}\n`);
	};
	const ask = (id: number, method: string, params: object) =>
		new Promise<{ result: Record<string, unknown> }>((resolve) => {
			answers.set(id, resolve);
			send(request(id, method, params));
		});
	const clientInfo = { name: 'test', version: '1' };
	await ask(1, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
	send({ jsonrpc: '2.0', method: 'notifications/initialized' });
	const made = await ask(2, 'tools/call', { name: TOOL, arguments: { topic: 'x' }, task: { ttl: 60_000 } });
	const { taskId } = made.result['task'] as { taskId: string };
	t.type(taskId, 'string');
	t.strictSame(judged.get(2)?.inputs, [], 'there is no result yet');
	const got = await ask(3, 'tasks/result', { taskId });
	t.type(got.result['content'], Array);
	const result = judged.get(3)!;
	t.match(result.inputs, [
		{
			kind: 'result',
			method: 'tools/call',
			embedded_in: 'tasks/result',
			tool: { name: TOOL, arguments: { topic: 'x' } },
		},
	]);
	t.equal(result.verdict, 'mask');
});
