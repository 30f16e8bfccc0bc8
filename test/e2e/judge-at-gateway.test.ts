import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { packRequest } from '../../gateway/judging/request.ts';
import { echoServer } from './life/echo-server.ts';
import { Place } from './life/place.ts';
import { PLANTED, policy } from './life/policy.ts';
import { RawClient } from './life/raw-client.ts';
import { sessionIds } from './life/record.ts';

test('a gateway judges its own sessions, and the report is the one that is made here', async (t) => {
	const echo = await echoServer(t, (tool, args) => (tool === 'read' ? `${args} ${PLANTED}` : args));
	const place = new Place(
		t,
		{
			servers: { db: { http: { url: echo.url } } },
			policy: { path: './policies', candidate: './next' },
		},
		{
			...policy({ closed: ['delete_row'] }),
			...policy({ closed: ['delete_row', 'send'] }, 'next'),
			...policy({ closed: ['echo'], held: ['send'] }, 'other'),
		},
	);
	const gateway = await place.run();
	for (const args of ['{"session":1}', '{"session":2}', '{"session":3}']) {
		const client = new RawClient(`${gateway.mcp}/mcp/db`);
		await client.initialize();
		for (const [id, tool] of ['echo', 'send', 'delete_row', 'read'].entries()) await client.call(id + 1, tool, args);
	}
	const ids = await sessionIds(place);
	const token = await place.token('ann', 'auditor');
	const there = (args: readonly string[], as = token) =>
		place.sluice([...args, '--gateway', gateway.admin], { token: as });
	const here = (args: readonly string[]) => place.sluice([...args, '--store', '.sluice']);

	await t.test('byte for byte', async (t) => {
		const diff = ['diff', '--from', 'policies', '--to', 'other'];
		const commands = [
			[...diff, '--all', '--format', 'json'],
			[...diff, ids[1]!, ids[0]!, '--tool', 'echo', '--limit', '1'],
			[...diff, '--all', '--server', 'db', '--since', '1h', '--fail-on', 'loosened'],
			['replay', '--all', '--policy', 'other', '--format', 'json'],
			['replay', ids[2]!],
		];
		for (const command of commands) {
			const [a, b] = await Promise.all([here(command), there(command)]);
			t.equal(b.stdout, a.stdout, command.join(' '));
			t.strictSame([b.code, b.stderr], [a.code, a.stderr]);
			t.not(a.stdout, '');
			t.notOk(b.stdout.includes(PLANTED), 'nothing that a finding covers');
		}
		const candidate = ['diff', '--candidate', '--all', '--format', 'json'];
		t.equal((await here(candidate)).stdout, (await there(candidate)).stdout);
		const { stdout } = await there(candidate);
		const report = JSON.parse(stdout);
		t.equal(report.differences.length, 3, 'one `send` a session');
		t.match(report.differences[0], { rule: 'doors/closed', class: 'tightened', from: 'allow', to: 'deny' });
		t.match(report, { revisions: { from: [/^[0-9a-f]{64}$/], to: [/^[0-9a-f]{64}$/] } });
	});

	await t.test('who may, and what can go wrong', async (t) => {
		const diff = ['diff', '--from', 'policies', '--to', 'other', '--all'];
		const admin = await place.token('adam', 'admin');
		t.match(await there(diff, admin), { code: 2, stderr: /role auditor[\s\S]*ERR_API_ROLE/ });
		t.match(await there(diff, 'nonsense'), { code: 2, stderr: /ERR_API_TOKEN_INVALID/ });
		t.match(await place.sluice([...diff, '--gateway', gateway.admin]), { code: 2, stderr: /role auditor/ });
		t.match(await place.sluice([...diff, '--gateway', 'http://127.0.0.1:1'], { token }), { code: 3 });
		const ends = ['diff', '--from', 'policies', '--to', 'other'];
		t.match(await there([...ends, 'nobody']), { code: 2, stderr: /there is no session `nobody`/ });
		t.match(await there([...ends, 'day.jsonl']), { code: 2, stderr: /lies here[\s\S]*ERR_USAGE/ });
		t.match(await there([...ends, '--all', '--store', '.sluice']), { code: 2, stderr: /do not go together/ });
		t.match(await there(ends), { code: 2, stderr: /nobody says which sessions/ });
		t.match(await there([...ends, '--all', '--server', 'xx']), {
			code: 2,
			stderr: /no session is left with --server xx/,
		});
		writeFileSync(join(place.folder, 'token'), `${token}\n`);
		t.match(await place.sluice([...diff, '--gateway', gateway.admin, '--token-file', 'token']), { code: 1 });
	});

	await t.test('one at a time for each, and nothing goes on for whoever has left', async (t) => {
		const post = async (body: Buffer, signal?: AbortSignal) => {
			const response = await fetch(`${gateway.admin}/api/v1/judgements/replay`, {
				method: 'POST',
				headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-tar' },
				body,
				...(signal === undefined ? {} : { signal }),
			});
			return { status: response.status, response };
		};
		const all = { sessions: [], all: true, limit: 1, selected: {}, frames: {} };
		t.equal((await post(Buffer.from('no archive'))).status, 400);
		t.equal((await post(packRequest({ ...all, limit: 0 }, {}))).status, 400);
		t.equal((await post(packRequest(all, { from: Buffer.alloc(1) }))).status, 400);
		const broken = await post(packRequest(all, { policy: Buffer.from('no bundle') }));
		t.match(await broken.response.text(), /ERR_BUNDLE_DAMAGED/);

		const leave = new AbortController();
		const [first, second] = await Promise.all([post(packRequest(all, {}), leave.signal), post(packRequest(all, {}))]);
		t.strictSame([first.status, second.status].sort(), [200, 429]);
		leave.abort();
		await (second.status === 200 ? second : first).response.text().catch(() => '');
		let again = await post(packRequest(all, {}));
		while (again.status === 429) again = await post(packRequest(all, {}));
		t.match(await again.response.text(), /\{"result":.*\n$/);
	});

	await t.test('it is recorded who has what judged', async (t) => {
		const { stdout } = await place.sluice(['sessions', 'list']);
		const trail = JSON.parse(stdout).sessions.find(({ server }: { server: string }) => server === 'sluice');
		const exported = await place.sluice(['sessions', 'export', trail.id]);
		const events = exported.stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line));
		t.match(events[1], {
			event: 'read',
			detail: { by: { id: 'ann' }, how: 'judgement', judged: 'diff', from: /^[0-9a-f]{64}$/, sessions: 'all' },
		});
	});
	t.strictSame(await gateway.end('SIGTERM'), [0, null]);
});
