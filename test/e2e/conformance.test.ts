import { PassThrough } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import t from 'tap';
import { conformance } from '../reference-server/conformance.ts';
import { serveHttp } from '../reference-server/http.ts';
import { referenceServer } from '../reference-server/server.ts';
import { gateway } from './support/gateway.ts';
import { exported, type Recorded, wiresOf } from './support/recorded.ts';
import { Lines, stdioServer } from './support/stdio-server.ts';
import { httpTap, type Seen } from './support/tap.ts';

/** The suite is one anonymous principal that calls more than a person would. */
const data = { settings: { 'budget/calls': { per_minute: 10_000, per_minute_everywhere: 10_000 } } };

const reference = await serveHttp();
t.teardown(() => reference.close());
const direct = await conformance(reference.url);

t.test('the reference server passes every check direct', async (t) => {
	t.same([direct.passed, direct.failed, Object.keys(direct.scenarios).length], [44, 0, 32], direct.output);
});

t.test('HTTP upstream: what passes direct passes through, and the recording rebuilds both wires', async (t) => {
	const serverSide = await httpTap(reference.url);
	t.teardown(() => serverSide.close());
	const house = await gateway(t, { servers: { reference: { http: { url: serverSide.url } } }, data });
	const clientSide = await httpTap(`${house.url}/mcp/reference`);
	t.teardown(() => clientSide.close());

	const through = await conformance(clientSide.url);
	t.strictSame(through.checks, direct.checks, through.output);

	const sessions = await exported(house);
	t.ok(sessions.length >= Object.keys(direct.scenarios).length, 'a session a scenario and more');
	t.same(
		new Set(clientSide.sessions.keys()),
		new Set(sessions.map(({ id }) => id)),
		'no session but the recorded ones',
	);
	// The suite goes from scenario to scenario, so both sides see sessions begin in the same order.
	const upstream = [...serverSide.sessions.values()];
	t.equal(upstream.length, sessions.length);
	for (const [n, session] of sessions.entries())
		compare(t, session, clientSide.sessions.get(session.id)!, upstream[n]!);
	t.ok(sessions.some(({ lines }) => lines.some((line) => line.verdict === 'mask')) === false, 'nothing to mask in it');

	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
	await house.sluice(['replay', ...sessions.map(({ id }) => id), '--config', 'sluice.yaml']);
});
