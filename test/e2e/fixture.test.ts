import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient } from './support/raw-client.ts';
import { rawServer } from './support/raw-server.ts';

const begun = '{"jsonrpc":"2.0","id":"begin","result":{"protocolVersion":"2025-11-25","capabilities":{}}}';
const token = 'ghp_x7Kq2mVb9TzR4nLw8cYd3sHf6gJp1aEu5oQi';
const call = (id: number, name: string, args: object) =>
	JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } });

t.test('a live session becomes a fixture that may be committed, under the revision that judged it', async (t) => {
	const server = await rawServer(({ body, json, status }) => {
		const id = /"id":("[^"]*"|\d+)/.exec(body)?.[1];
		if (body.includes('"initialize"')) json(begun, { 'mcp-session-id': 'up-1' });
		else if (body.includes('tools/call'))
			json(`{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"of Max Mustermann: ${token}"}]}}`);
		else status(body === '' ? 405 : 202);
	});
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: { raw: { http: { url: server.url } } },
		more: { approvals: { holdFor: '10ms' } },
	});
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();
	await client.ask(call(1, 'note', { text: 'hello', password: 'correct horse' }));
	await client.ask(call(2, 'note', { text: `it is ${token}!` }));
	const held = (await client.ask(call(3, 'delete_file', { path: '/home/maxmuster/old.txt' }))).toString();
	const ticket = /ticket ([\w-]+)/.exec(held)?.[1] ?? '';
	await house.sluice(['approvals', 'approve', ticket], 0, { SLUICE_TOKEN: await house.token('anneliese', 'approver') });
	await client.ask(call(4, 'delete_file', { path: '/home/maxmuster/old.txt' }));
	await client.ask(call(5, 'run_bash', { command: 'ls' }));

	await house.sluice(['sessions', 'export', '--format', 'fixture', '--all', '--config', 'sluice.yaml', '-o', 'made']);
	const [name = ''] = await readdir(join(house.folder, 'made'));
	const text = await readFile(join(house.folder, 'made', name), 'utf8');
	for (const gone of [
		'x7Kq2mVb',
		'Mustermann',
		'correct horse',
		'maxmuster',
		'anneliese',
		client.session ?? '-',
		ticket,
	]) {
		t.notOk(text.includes(gone), gone);
	}
	const frames = text.trimEnd().split('\n').slice(1);
	const verdicts = frames.map((line) => JSON.parse(line)).filter(({ from }) => from === 'client' || from === 'server');
	t.ok(verdicts.some(({ verdict }) => verdict === 'mask') && verdicts.some(({ verdict }) => verdict === 'hold'));
	// as recorded, masks and all: no drift
	await house.sluice(['replay', 'made', '--config', 'sluice.yaml']);
	const suite = await house.sluice(['test', '--new', `made/${name}`, '-o', 'suites/live']);
	t.match(suite, 'suites/live/suite.yaml');
	t.match(await house.sluice(['test', 'suites']), /0 failed/);
	await house.sluice(['test', '--new', client.session!, '--config', 'sluice.yaml', '-o', 'suites/again']);
	t.match(await house.sluice(['test', 'suites']), /0 failed/);
});
