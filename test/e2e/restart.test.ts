import { test } from 'tap';
import { serveHttp } from '../reference-server/http.ts';
import { ask, connect } from './life/agent.ts';
import { echoServer } from './life/echo-server.ts';
import { Place } from './life/place.ts';
import { policy } from './life/policy.ts';
import { callText, RawClient } from './life/raw-client.ts';
import { recorded, rejudge } from './life/record.ts';
import { stdioServer } from './life/servers.ts';
import { pendingTicket, ticketIn } from './life/tickets.ts';
import { until } from './life/until.ts';

test('a client of an HTTP server goes on after a restart and after a kill, and its labels still hold', async (t) => {
	const reference = await serveHttp();
	t.teardown(() => reference.close());
	const echo = await echoServer(t);
	const place = new Place(
		t,
		{ servers: { reader: { http: { url: reference.url } }, sender: { http: { url: echo.url } } } },
		policy({
			tainting: ['test_simple_text'],
			notAfterInSession: ['test_error_handling'],
			notAfterAnywhere: ['send'],
		}),
	);
	let gateway = await place.run();
	place.keepPort(gateway);
	const reader = await connect(t, `${gateway.mcp}/mcp/reader`);
	const sender = await connect(t, `${gateway.mcp}/mcp/sender`);
	t.match(await ask(reader, 'test_error_handling'), 'intentionally', 'allowed before');
	t.equal(await ask(sender, 'send', { to: 'x' }), '{"to":"x"}', 'allowed before');
	t.match(await ask(reader, 'test_simple_text'), 'simple text');

	for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
		await gateway.end(signal);
		gateway = await place.run();
		t.match(await ask(reader, 'test_image_content'), '', `the same client calls again after ${signal}`);
		t.match(await ask(reader, 'test_error_handling'), /doors\/tainted/, 'the label of the session holds');
		t.match(await ask(sender, 'send', { to: signal }), /doors\/tainted/, 'so does the one of the principal');
		const fresh = await connect(t, `${gateway.mcp}/mcp/sender`);
		t.match(await ask(fresh, 'send', { to: 'y' }), /doors\/tainted/, 'in new sessions too');
	}
	t.equal(echo.done.length, 1, 'nothing was sent afterwards');
	await gateway.end('SIGTERM');
	const resumed = [...(await recorded(place)).values()].filter((lines) =>
		lines.some(({ event }) => event === 'resumed'),
	);
	t.strictSame(
		resumed.map((lines) => lines.filter(({ event }) => event === 'resumed').length),
		[2, 2],
		'the record says that the two sessions went on twice',
	);
	await rejudge(t, place);
});

test('a session with a child process ends with the gateway: 404, and the record says so', async (t) => {
	const place = new Place(t, { servers: { memory: stdioServer('memory') } }, policy({}));
	let gateway = await place.run();
	place.keepPort(gateway);
	for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
		const agent = await connect(t, `${gateway.mcp}/mcp/memory`);
		t.match(await ask(agent, 'read_graph'), 'entities');
		await gateway.end(signal);
		gateway = await place.run();
		await t.rejects(ask(agent, 'read_graph'), { code: 404 });
	}
	await gateway.end('SIGTERM');
	const sessions = await recorded(place);
	t.equal(sessions.size, 2);
	for (const lines of sessions.values()) t.match(lines.at(-1), { event: 'closed', detail: { why: /gateway/ } });
	await rejudge(t, place);
});

test('a call that the server has not answered when the grace is over is told so, and the session goes on', async (t) => {
	const echo = await echoServer(t, (tool, args) => (tool === 'read' ? new Promise(() => {}) : args));
	const place = new Place(t, { servers: { db: { http: { url: echo.url } } }, shutdown: { grace: '50ms' } }, policy({}));
	let gateway = await place.run();
	place.keepPort(gateway);
	const client = new RawClient(`${gateway.mcp}/mcp/db`);
	await client.initialize();
	const hanging = client.call(1, 'read', '{}');
	await until('the server has the call', () => echo.done.length === 1);
	t.strictSame(await gateway.end('SIGTERM'), [0, null]);
	t.match(await hanging, /ERR_DRAINING.*not known/, 'an answer, not a broken connection');
	gateway = await place.run();
	t.equal(await client.call(1, 'echo', '{"n":1}'), '{"n":1}', 'also with the id of the one that was lost');
	await gateway.end('SIGTERM');
	const [lines] = (await recorded(place)).values();
	t.match(
		lines?.filter(({ from, to }) => from === 'gateway' && to === 'client').map(({ text }) => text),
		[/ERR_DRAINING/],
		'what the gateway said is on the record',
	);
	await rejudge(t, place);
});

test('held calls become tickets at a restart, and nothing is executed by itself', async (t) => {
	const echo = await echoServer(t);
	const place = new Place(
		t,
		{ servers: { db: { http: { url: echo.url } } }, identity: { tokens: true } },
		policy({ held: ['delete_row'] }),
	);
	let gateway = await place.run();
	place.keepPort(gateway);
	const [agent, approver] = await Promise.all([
		place.token('bot', 'agent', '--for', 'ana'),
		place.token('ben', 'approver'),
	]);
	const client = new RawClient(`${gateway.mcp}/mcp/db`, agent);
	await client.initialize();
	const executed = () => echo.done.filter(({ tool }) => tool === 'delete_row').length;

	// stopped while it waits: the client is told
	const first = client.call(1, 'delete_row', '{"row":1}');
	const ticket = await pendingTicket(place);
	t.strictSame(await gateway.end('SIGTERM'), [0, null]);
	t.equal(ticketIn(await first), ticket, 'the waiting client gets its ticket');

	// approved while the gateway is down
	t.match(await place.sluice(['approvals', 'approve', ticket], { token: approver }), { code: 0 });
	gateway = await place.run();
	t.equal(await client.call(2, 'echo', '{"n":1}'), '{"n":1}');
	t.equal(executed(), 0, 'an approval executes nothing by itself');
	t.equal(await client.call(3, 'delete_row', '{"row":1}'), '{"row":1}', 'the identical call passes');

	// killed while it waits: the question stays open
	const second = client.post(callText(4, 'delete_row', '{"row":2}')).catch(() => 'broken');
	const other = await pendingTicket(place);
	await gateway.end('SIGKILL');
	t.equal(await second, 'broken');
	gateway = await place.run();
	t.equal(await pendingTicket(place), other, 'it survives');
	t.match(await place.sluice(['approvals', 'approve', other], { token: approver }), { code: 0 });
	t.equal(await client.call(5, 'echo', '{"n":2}'), '{"n":2}');
	t.equal(executed(), 1, 'an approval executes nothing by itself');
	t.equal(await client.call(6, 'delete_row', '{"row":2}'), '{"row":2}');

	// a grant that nobody used yet survives too
	const third = client.call(7, 'delete_row', '{"row":3}');
	const last = await pendingTicket(place);
	await gateway.end('SIGTERM');
	await third;
	gateway = await place.run();
	await place.sluice(['approvals', 'approve', last], { token: approver });
	await gateway.end('SIGTERM');
	gateway = await place.run();
	t.equal(await client.call(8, 'delete_row', '{"row":3}'), '{"row":3}');
	t.equal(executed(), 3);
	await gateway.end('SIGTERM');
	await rejudge(t, place);
});
