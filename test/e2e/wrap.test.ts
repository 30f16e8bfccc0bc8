import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { test } from 'tap';
import { ask } from './life/agent.ts';
import { environment, MAIN, Place } from './life/place.ts';
import { PLANTED, policy } from './life/policy.ts';
import { callText } from './life/raw-client.ts';
import { recorded, rejudge } from './life/record.ts';
import { stdioServer } from './life/servers.ts';
import { ticketIn } from './life/tickets.ts';
import { until } from './life/until.ts';

test('wrap is a stdio server for the SDK’s client: handshake, call, mask, deny', async (t) => {
	const place = new Place(
		t,
		{},
		{ ...policy({ closed: ['write_file'] }), 'docs/key.txt': `token ${PLANTED}\n`, 'docs/a.txt': 'plain\n' },
	);
	const docs = realpathSync(`${place.folder}/docs`);
	place.configure({
		servers: { files: { ...stdioServer('filesystem', [docs]), labels: ['internal'] } },
		identity: { tokens: true },
	});
	const token = await place.token('bot', 'agent', '--for', 'ana');

	for (const [env, principal] of [
		[{}, 'os'],
		[{ SLUICE_TOKEN: token }, 'sluice'],
	] as const) {
		const client = new Client({ name: 'desktop', version: '1.0.0' });
		const transport = new StdioClientTransport({
			command: process.execPath,
			args: [MAIN, 'wrap', '--server', 'files'],
			cwd: place.folder,
			env: environment(env) as Record<string, string>,
			stderr: 'pipe',
		});
		const bad: Error[] = [];
		client.onerror = (error) => bad.push(error);
		await client.connect(transport);
		t.match(client.getServerVersion()?.name, 'filesystem', principal);
		t.ok((await client.listTools()).tools.length > 5);
		t.match(await ask(client, 'read_text_file', { path: `${docs}/a.txt` }), 'plain');
		t.equal(await ask(client, 'read_text_file', { path: `${docs}/key.txt` }), 'token [masked:secret/github-token]\n');
		t.match(await ask(client, 'write_file', { path: `${docs}/a.txt`, content: 'x' }), /doors\/closed/);
		await client.close();
		t.strictSame(bad, [], 'nothing on stdout but frames');
	}
	t.equal(place.read('docs/a.txt'), 'plain\n', 'what was denied did not happen');

	const { sessions } = JSON.parse((await place.sluice(['sessions', 'list'])).stdout);
	t.match(
		sessions.map(({ principal }: { principal: string }) => principal),
		[/./, 'bot'],
	);
	const ends = [...(await recorded(place)).values()].map((lines) => lines.at(-1)?.event);
	t.strictSame(ends, ['closed', 'closed']);
	await rejudge(t, place);
});

test('wrap: a closed stdin ends it with 0 and its child with it; stdout has frames only', async (t) => {
	const server = fileURLToPath(new URL('./life/asking-server.ts', import.meta.url));
	const place = new Place(
		t,
		{ servers: { asking: { stdio: { command: process.execPath, args: [server] } } } },
		policy({}),
	);
	const child = spawn(process.execPath, [MAIN, 'wrap', '--server', 'asking'], {
		cwd: place.folder,
		env: environment(),
	});
	t.teardown(() => child.kill('SIGKILL'));
	const closed = once(child, 'close');
	const out: string[] = [];
	createInterface({ input: child.stdout }).on('line', (line) => out.push(line));
	const say = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1.0.0' } };
	say({ id: 1, method: 'initialize', params });
	await until('the handshake', () => out.length === 1);
	say({ method: 'notifications/initialized' });
	child.stdin.write('this is not JSON\n');
	say({ id: 2, method: 'tools/list' });
	await until('an answer to each', () => out.length === 3);
	const pid = Number(JSON.parse(out[0]!).result.serverInfo.version);
	t.ok(process.kill(pid, 0), 'the server runs');
	say({ id: 3, method: 'tools/call', params: { name: 'slow', arguments: {} } });
	child.stdin.end();
	t.strictSame(await closed, [0, null]);
	t.throws(() => process.kill(pid, 0), { code: 'ESRCH' }, 'the server is gone');
	const frames = out.map((line) => JSON.parse(line));
	t.ok(frames.every(({ jsonrpc }) => jsonrpc === '2.0'));
	t.strictSame(frames.map(({ id }) => id).sort(), [1, 2, 3, null]);
	t.match(
		frames.find(({ id }) => id === 3),
		{ result: { content: [{ text: 'slow' }] } },
		'what was asked before the end is answered by the server',
	);
	await rejudge(t, place);
});

test('wrap: what is held when the client closes its end becomes a ticket, and does not keep the process', async (t) => {
	const place = new Place(
		t,
		{ servers: { memory: stdioServer('memory') }, approvals: { holdFor: '10m' } },
		policy({ held: ['delete_entities'] }),
	);
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1.0.0' } };
	const input = [
		JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
		callText(2, 'delete_entities', '{"entityNames":["x"]}'),
	];
	const { code, stdout } = await place.sluice(['wrap', '--server', 'memory'], { input: `${input.join('\n')}\n` });
	t.equal(code, 0);
	t.ok(ticketIn(stdout) !== undefined, 'the ticket is the last thing it says');
	await rejudge(t, place);
});

test('wrap: a command after -- needs permission, a server must be known', async (t) => {
	const place = new Place(t, { servers: { memory: stdioServer('memory') } }, policy({}));
	const { command, args } = stdioServer('memory').stdio;
	const other = ['wrap', '--server', 'other', '--', command, ...args];
	t.match(await place.sluice(other), { code: 2, stdout: '', stderr: /ERR_WRAP_COMMAND/ });
	t.match(await place.sluice(['wrap', '--server', 'other']), { code: 2, stdout: '', stderr: /ERR_SERVER_UNKNOWN/ });
	place.configure({ wrap: { anyCommand: true } });
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1.0.0' } };
	const input = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`;
	const allowed = await place.sluice(other, { input });
	t.match(allowed, { code: 0 }, allowed.stderr);
	t.match(JSON.parse(allowed.stdout), { id: 1, result: { serverInfo: {} } });
	t.match(
		await place.sluice(['wrap', '--server', 'memory'], { input, token: 'slc_nobody' }),
		{ code: 2, stdout: '', stderr: /ERR_TOKEN/ },
		'a wrong token is no reason to fall back to the user',
	);
});
