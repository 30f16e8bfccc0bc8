import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient } from './support/raw-client.ts';
import { type RawServer, rawServer } from './support/raw-server.ts';
import { exported, wiresOf } from './support/recorded.ts';

const begun = '{"jsonrpc":"2.0","id":"begin","result":{"protocolVersion":"2025-11-25","capabilities":{}}}';
const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const call = (id: number | string, name: string, args: object) =>
	`{"jsonrpc":"2.0", "id":${id},"method":"tools/call","params":{"name":"${name}","arguments":${JSON.stringify(args)}}}`;
const idOf = (frame: string) => /"id":("[^"]*"|\d+)/.exec(frame)![1];

/** Answers every call with an empty result. */
const obliging = (): Promise<RawServer> =>
	rawServer(({ body, json, status }) => {
		if (body.includes('"initialize"')) json(begun, { 'mcp-session-id': 'up-1' });
		else if (body.includes('tools/call')) json(`{"jsonrpc":"2.0","id":${idOf(body)}, "result":{"content":[]}}`);
		else status(body === '' ? 405 : 202);
	});

t.test('masked arguments, refusals and released holds are on the wires that an export rebuilds', async (t) => {
	const server = await obliging();
	t.teardown(() => server.close());
	const house = await gateway(t, {
		servers: { raw: { http: { url: server.url } } },
		data: { settings: { 'secrets/leave_arguments': { action: 'mask' } } },
		more: { approvals: { holdFor: '10ms' } },
	});
	const client = new RawClient(`${house.url}/mcp/raw`);
	await client.begin();

	const leak = call(1, 'note', { text: `it is ${token}!` });
	await client.ask(leak);
	t.equal(server.got.at(-1), leak.replace(token, '[masked:secret/github-token]'));

	const broken = Buffer.concat([
		Buffer.from('{"jsonrpc":"2.0","id":2,"method":"p'),
		Buffer.from([0xff, 0xc0, 0x22, 0x7d]),
	]);
	const refused = await client.post(broken);
	t.match([refused.status, (await refused.body()).toString()], [400, /ERR_FRAME_UTF8/]);

	const removal = (id: number) => call(id, 'delete_file', { path: 'old.txt' });
	const held = (await client.ask(removal(3))).toString();
	const ticket = /ticket ([\w-]+)/.exec(held)?.[1] ?? '';
	t.ok(ticket, held);
	t.notOk(server.got.includes(removal(3)), 'nothing was executed');
	await house.sluice(['approvals', 'approve', ticket], 0, { SLUICE_TOKEN: await house.token('ana', 'approver') });
	t.match(JSON.parse((await client.ask(removal(4))).toString()), { id: 4, result: { content: [] } });
	t.match((await client.ask(removal(5))).toString(), /ticket/, 'one approval, one call');
	t.strictSame(
		server.got.filter((frame) => frame.includes('delete_file')),
		[removal(4)],
	);

	const [recorded] = await exported(house);
	t.strictSame(wiresOf(recorded!), {
		clientSent: client.sent,
		clientGot: client.got,
		serverSent: server.sent,
		serverGot: server.got,
	});
	t.ok(
		recorded!.lines.some(({ base64 }) => base64 === broken.toString('base64')),
		'what is not UTF-8 as base64',
	);
	t.notOk(JSON.stringify(recorded!.lines.filter(({ from }) => from === 'gateway')).includes(token));
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
	await house.sluice(['replay', recorded!.id, '--config', 'sluice.yaml']);
});

t.test('an export is recorded, and an import of it exports the same', async (t) => {
	const server = await obliging();
	t.teardown(() => server.close());
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } } });
	const clients = [new RawClient(`${house.url}/mcp/raw`), new RawClient(`${house.url}/mcp/raw`)];
	for (const client of clients) await client.begin();
	await Promise.all(clients.map((client, n) => client.ask(call(n, 'note', { text: token }))));
	await exported(house, 'once');
	const listed = JSON.parse(await house.sluice(['sessions', 'list', '--server', 'sluice']));
	t.match(listed.sessions, [{ server: 'sluice' }]);
	const read = JSON.parse(await house.sluice(['sessions', 'export', listed.sessions[0].id]).then(lastLine));
	t.strictSame(new Set(read.detail.sessions), new Set(clients.map(({ session }) => session)));

	const names = await readdir(join(house.folder, 'once'));
	await house.sluice(['sessions', 'import', ...names.map((name) => `once/${name}`), '--store', 'other']);
	await house.sluice([
		'sessions',
		'export',
		...clients.map(({ session }) => session!),
		'--store',
		'other',
		'-o',
		'twice',
	]);
	for (const name of names) {
		const [once, twice] = await Promise.all(
			['once', 'twice'].map((at) => readFile(join(house.folder, at, name), 'utf8')),
		);
		t.ok(once === twice, name);
	}
});

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)!;

t.test('killed under load, the record has every frame that either side saw', async (t) => {
	const server = await obliging();
	t.teardown(() => server.close());
	const data = { settings: { 'budget/calls': { per_minute: 100_000, per_minute_everywhere: 100_000 } } };
	const house = await gateway(t, { servers: { raw: { http: { url: server.url } } }, data });
	const clients = Array.from({ length: 6 }, () => new RawClient(`${house.url}/mcp/raw`));
	for (const client of clients) await client.begin();
	let answers = 0;
	let killed: Promise<void> | undefined;
	await Promise.all(
		clients.map(async (client, n) => {
			try {
				for (let id = 0; ; id++) {
					await client.ask(call(`"${n}-${id}"`, 'note', { id }));
					answers++;
					if (answers === 300) killed = house.kill();
				}
			} catch (error) {
				if (killed === undefined) throw error;
			}
		}),
	);
	await killed;

	const sessions = new Map((await exported(house)).map((session) => [session.id, wiresOf(session)]));
	t.equal(sessions.size, clients.length);
	let unseen = 0;
	const recorded = new Set<string>();
	for (const client of clients) {
		const wires = sessions.get(client.session!)!;
		const n = client.got.length;
		t.strictSame(wires.clientGot.slice(0, n), client.got, 'what the client got, in order');
		t.strictSame(wires.clientSent, client.sent.slice(0, wires.clientSent.length), 'nothing that it did not send');
		unseen += wires.clientGot.length - n;
		for (const frame of wires.serverGot) recorded.add(frame);
	}
	t.strictSame(
		server.got.filter((frame) => !recorded.has(frame)),
		[],
		'whatever the server got was in the record first',
	);
	t.ok(unseen <= clients.length, 'at most one answer a client was recorded and did not get there');
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});
