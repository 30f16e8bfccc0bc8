import { fileURLToPath } from 'node:url';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Test, test } from 'tap';
import { ask, connect } from './life/agent.ts';
import { Desk } from './life/desk.ts';
import { type EchoServer, echoServer } from './life/echo-server.ts';
import { type Gateway, Place } from './life/place.ts';
import { type Doors, policy } from './life/policy.ts';
import { callText, RawClient } from './life/raw-client.ts';
import { recorded, rejudge } from './life/record.ts';
import { ticketIn } from './life/tickets.ts';
import { until } from './life/until.ts';

const HELD: Doors = { held: ['delete_row'] };

interface Scene {
	readonly place: Place;
	readonly gateway: Gateway;
	readonly echo: EchoServer;
	/** Acts for ana. */
	readonly agent: string;
	readonly ben: string;
	readonly desk: Desk;
	client(): Promise<RawClient>;
	/** How often the tool was really called. */
	executed(): number;
}

async function scene(t: Test, approvals: object): Promise<Scene> {
	const echo = await echoServer(t);
	const place = new Place(
		t,
		{ servers: { db: { http: { url: echo.url } } }, identity: { tokens: true }, approvals },
		policy(HELD),
	);
	const gateway = await place.run();
	const [agent, ben] = await Promise.all([place.token('bot', 'agent', '--for', 'ana'), place.token('ben', 'approver')]);
	return {
		place,
		gateway,
		echo,
		agent,
		ben,
		desk: new Desk(gateway.admin, ben),
		async client() {
			const client = new RawClient(`${gateway.mcp}/mcp/db`, agent);
			await client.initialize();
			return client;
		},
		executed: () => echo.done.filter(({ tool }) => tool === 'delete_row').length,
	};
}

test('a client that cannot wait gets a ticket; the approved call repeated passes exactly once', async (t) => {
	const { place, gateway, desk, ben, client: connected, executed, echo } = await scene(t, { holdFor: '100ms' });
	const client = await connected();
	const delete1 = (id: number) => client.call(id, 'delete_row', '{"row":1,"why":"a\\u0062"}');

	const said = await delete1(1);
	t.match(said, /Nothing was executed.*Repeat the identical call/, 'says what to do');
	t.match(said, 'doors/human', 'says which rule');
	const ticket = ticketIn(said)!;
	t.equal(ticketIn(await delete1(2)), ticket, 'asked again, the same question');
	const shown = await place.sluice(['approvals', 'show', ticket]);
	t.equal(
		JSON.parse(shown.stdout).arguments,
		'{"name":"delete_row","arguments":{"row":1,"why":"a\\u0062"}}',
		'exact text',
	);

	const ana = await place.token('ana', 'approver');
	const self = await place.sluice(['approvals', 'approve', ticket], { token: ana });
	t.match(self, { code: 1, stdout: '', stderr: /ERR_APPROVAL_SELF/ });
	t.match(await new Desk(gateway.admin, ana).vote(ticket, 'approve'), {
		said: { error: { code: 'ERR_APPROVAL_SELF' } },
	});
	t.match(await place.sluice(['approvals', 'approve', ticket], { token: ben }), { code: 0, stdout: /approved/ });
	t.equal(executed(), 0, 'the approval itself executes nothing');

	for (const [what, args] of [
		['another value', '{"row":2,"why":"a\\u0062"}'],
		['the value spelled differently', '{"row":1,"why":"ab"}'],
		['a number spelled differently', '{"row":1.0,"why":"a\\u0062"}'],
		['another order', '{"why":"a\\u0062","row":1}'],
		['one more member', '{"row":1,"why":"a\\u0062","x":1}'],
	] as const) {
		const other = ticketIn(await client.call(3, 'delete_row', args));
		t.ok(other !== undefined && other !== ticket, `${what} is another call`);
	}
	t.equal(executed(), 0);

	const repeated = callText(4, 'delete_row', '{ "row" : 1 , "why":"a\\u0062" }', ',\n "_meta":{"progressToken":7}');
	const { frames } = await client.post(repeated);
	t.match(frames.at(-1), '{\\"row\\":1', 'white space and _meta do not count');
	t.equal(executed(), 1);
	t.equal(echo.seen.at(-1), repeated, 'it went as it was written this time');
	const again = ticketIn(await delete1(5));
	t.ok(again !== undefined && again !== ticket, 'the grant is used up');
	t.equal(await desk.state(ticket), 'used');

	t.match(await desk.vote(again!, 'approve'), { status: 200, said: { state: 'approved' } }, 'approved by the API');
	await client.post('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}');
	t.match(await delete1(6), 'row', 'a cancellation after the ticket changes nothing');
	t.equal(executed(), 2);

	await gateway.end('SIGTERM');
	await rejudge(t, place);
});

test('a human’s no is final', async (t) => {
	const { place, gateway, desk, ben, client: connected, executed } = await scene(t, { holdFor: '100ms' });
	const client = await connected();
	const ticket = ticketIn(await client.call(1, 'delete_row', '{}'))!;
	t.match(await desk.vote(ticket, 'deny', 'not today'), { status: 200, said: { state: 'denied' } });
	const refused = await client.call(2, 'delete_row', '{}');
	t.match(refused, /denied.*not today/, 'the repeat is refused, in the words of the human');
	t.equal(ticketIn(refused), ticket);
	t.equal((await desk.list()).length, 1, 'nobody is asked again');
	t.match(await place.sluice(['approvals', 'approve', ticket], { token: ben }), {
		code: 1,
		stderr: /ERR_APPROVAL_DECIDED/,
	});
	t.equal(executed(), 0);
	await gateway.end('SIGTERM');
	await rejudge(t, place);
});

test('a client that waits gets the answer of its own call', async (t) => {
	const { place, gateway, desk, client: connected, executed } = await scene(t, { holdFor: '60s' });
	const [client, other] = await Promise.all([connected(), connected()]);

	const waiting = client.call(1, 'delete_row', '{"row":1}');
	t.match(await desk.vote(await desk.pending(), 'approve'), { status: 200 });
	t.equal(await waiting, '{"row":1}');
	t.equal(executed(), 1);

	t.comment('leaving while it waits');
	const leave = new AbortController();
	const left = client.call(2, 'delete_row', '{"row":2}', { signal: leave.signal }).catch(() => 'left');
	const grant = await desk.pending();
	leave.abort();
	t.equal(await left, 'left');
	t.match(await desk.vote(grant, 'approve'), { status: 200 });
	t.equal(await client.call(3, 'echo', '{"n":1}'), '{"n":1}');
	t.equal(executed(), 1, 'a call whose client has left is never executed');
	t.equal(await desk.state(grant), 'approved', 'the grant is left');
	t.equal(await other.call(2, 'delete_row', '{"row":2}'), '{"row":2}', 'and good for the same call in another session');
	t.equal(executed(), 2);

	t.comment('cancelling while it waits');
	const cancelled = client.post(callText(4, 'delete_row', '{"row":3}'));
	const withdrawn = await desk.pending();
	await client.post('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}');
	t.match(await cancelled, { frames: [] }, 'a cancelled request has no answer');
	t.equal(await desk.state(withdrawn), 'withdrawn');
	t.match(await desk.vote(withdrawn, 'approve'), { said: { error: { code: 'ERR_APPROVAL_DECIDED' } } });
	t.equal(executed(), 2);

	t.comment('the same call twice at once');
	const both = [client.call(5, 'delete_row', '{"row":4}'), other.call(5, 'delete_row', '{"row":4}')];
	const one = await desk.pending();
	const waits = (await desk.list()).filter(({ state }) => state === 'pending');
	t.equal(waits.length, 1, 'one question');
	await until('both are recorded as held', async () => heldFor(await recorded(place), one) === 2);
	await desk.vote(one, 'approve');
	t.equal(await Promise.race(both), '{"row":4}');
	t.equal(executed(), 3, 'one approval releases one call');
	const two = await desk.pending();
	t.not(two, one, 'the other one asks anew');
	await desk.vote(two, 'approve');
	t.strictSame(await Promise.all(both), ['{"row":4}', '{"row":4}']);
	t.equal(executed(), 4);

	t.comment('the policy gets stricter while it waits');
	const tightened = client.call(6, 'delete_row', '{"row":5}');
	const late = await desk.pending();
	for (const [path, text] of Object.entries(policy({ ...HELD, closed: ['delete_row'] }))) place.write(path, text);
	const before = gateway.log().length;
	gateway.child.kill('SIGHUP');
	await until('the stricter policy is in force', () => gateway.log().slice(before).includes('revision'));
	t.match(await desk.vote(late, 'approve'), { status: 200 });
	t.match(await tightened, /doors\/closed/, 'an approval does not outrank a deny');
	t.equal(executed(), 4);

	await gateway.end('SIGTERM');
	const sessions = await recorded(place);
	const lines = [...sessions.values()].flat();
	const releases = lines.filter(({ rejudges }) => rejudges !== undefined);
	t.strictSame(releases.map(({ verdict, outcome }) => `${verdict} ${outcome}`).sort(), [
		'deny refused',
		...Array(4).fill('hold released'),
	]);
	await rejudge(t, place);
	t.match(await place.sluice(['sessions', 'show', [...sessions.keys()][0]!]), { code: 0, stderr: '' });
	await place.sluice(['sessions', 'export', ...sessions.keys(), '-o', 'files']);
	const fromFiles = await place.sluice(['replay', 'files', '--store', '.sluice']);
	t.match(fromFiles, { code: 0, stdout: / 0 changed/ }, 'session files say the same as the store');
});

test('what a server wants of the client can be held, and holds nothing else up', async (t) => {
	const asking = fileURLToPath(new URL('./life/asking-server.ts', import.meta.url));
	const place = new Place(
		t,
		{
			servers: { asking: { stdio: { command: process.execPath, args: [asking] } } },
			identity: { anonymous: true, tokens: true },
		},
		policy({ heldRequests: ['sampling/createMessage'] }),
	);
	const gateway = await place.run();
	const desk = new Desk(gateway.admin, await place.token('ben', 'approver'));
	let sampled = 0;
	const agent = await connect(t, `${gateway.mcp}/mcp/asking`, {
		capabilities: { sampling: {} },
		prepare: (client) =>
			client.setRequestHandler(CreateMessageRequestSchema, () => {
				sampled++;
				return { model: 'm', role: 'assistant', content: { type: 'text', text: 'forty-two' } };
			}),
	});

	const answer = ask(agent, 'ask', { prompt: 'why' });
	const ticket = await desk.pending();
	t.equal(await ask(agent, 'echo'), 'echo', 'another call of the session is answered meanwhile');
	t.equal(sampled, 0);
	await desk.vote(ticket, 'approve');
	t.match(await answer, 'forty-two');
	t.equal(sampled, 1);

	const refused = ask(agent, 'ask', { prompt: 'what else' });
	await desk.vote(await desk.pending(ticket), 'deny', 'too nosy');
	t.match(await refused, /^refused: .*too nosy/, 'the server is told');

	const given = ask(agent, 'ask', { prompt: 'never mind' });
	const taken = await desk.pending();
	t.equal(await ask(agent, 'give_up'), 'gave up');
	t.equal(await given, 'without an answer');
	await until('the server has taken it back', async () => (await desk.state(taken)) === 'withdrawn');
	t.equal(sampled, 1);

	await gateway.end('SIGTERM');
	await rejudge(t, place);
});

function heldFor(sessions: Awaited<ReturnType<typeof recorded>>, ticket: string): number {
	return [...sessions.values()].flat().filter(({ event, detail }) => event === 'held' && detail?.approval === ticket)
		.length;
}
