import { randomInt } from 'node:crypto';
import { test } from 'tap';
import { echoServer } from './life/echo-server.ts';
import { Place } from './life/place.ts';
import { PLANTED, policy } from './life/policy.ts';
import { RawClient } from './life/raw-client.ts';
import { deliveredBytes, recorded, rejudge } from './life/record.ts';
import { until } from './life/until.ts';

const CLIENTS = 16;
const ROUNDS = 3;

test('kill -9 under load loses no frame that either side saw', async (t) => {
	const echo = await echoServer(t, (tool, args) => (tool === 'read' ? `${args} ${PLANTED}` : args));
	const place = new Place(t, { servers: { echo: { http: { url: echo.url } } } }, policy({}));
	let gateway = await place.run();
	place.keepPort(gateway);
	const url = `${gateway.mcp}/mcp/echo`;
	const clients = Array.from({ length: CLIENTS }, () => new RawClient(url));
	await Promise.all(clients.map((client) => client.initialize()));

	for (let round = 1; round <= ROUNDS; round++) {
		const moment = echo.seen.length + randomInt(10, 150);
		t.comment(`round ${round}: killed when the server has seen ${moment} frames`);
		let running = true;
		const load = clients.map(async (client, i) => {
			for (let n = 1; running; n++) {
				const args = `{ "who": "${round}/${i}/${n}", "same": [1.0, 1e0, "\\u0061"] }`;
				// A broken connection is what this is about; then the client stops until the gateway is back.
				await client.call(`${round}-${n}`, n % 3 === 0 ? 'read' : 'echo', args).catch(() => {
					running = false;
				});
			}
		});
		await until('enough load', () => echo.seen.length >= moment);
		t.strictSame(await gateway.end('SIGKILL'), [null, 'SIGKILL']);
		await Promise.all(load);
		gateway = await place.run();
	}

	const after = await Promise.all(clients.map((client, i) => client.call('after', 'echo', `{"who":"after/${i}"}`)));
	t.strictSame(
		after,
		clients.map((_, i) => `{"who":"after/${i}"}`),
		'every session goes on after each kill',
	);
	t.strictSame(await gateway.end('SIGTERM'), [0, null]);

	const sessions = [...(await recorded(place)).values()];
	t.equal(sessions.length, CLIENTS);
	const toServer = sessions.flatMap((lines) => deliveredBytes(lines, 'client'));
	const toClient = sessions.flatMap((lines) => [
		...deliveredBytes(lines, 'server'),
		...lines.filter(({ from, to }) => from === 'gateway' && to === 'client').map(({ text }) => text!),
	]);
	t.strictSame(lacking(toServer, echo.seen), [], 'what the server saw is in the store, byte for byte');
	const got = clients.flatMap((client) => client.got);
	t.strictSame(lacking(toClient, got), [], 'what the clients saw is in the store, byte for byte');
	t.ok(
		got.some((frame) => frame.includes('[masked:secret/github-token]')) &&
			!got.some((frame) => frame.includes(PLANTED)),
		'delivered is not always received',
	);
	t.ok(
		sessions.every((lines) => lines.every(({ seq }, i) => i === 0 || seq > lines[i - 1]!.seq)),
		'in the order of `seq`',
	);
	await rejudge(t, place);
});

/** What of `wanted` is not in `there`, as often as it is wanted. */
function lacking(there: readonly string[], wanted: readonly string[]): string[] {
	const counts = new Map<string, number>();
	for (const text of there) counts.set(text, (counts.get(text) ?? 0) + 1);
	return wanted.filter((text) => {
		const left = counts.get(text) ?? 0;
		counts.set(text, left - 1);
		return left <= 0;
	});
}
