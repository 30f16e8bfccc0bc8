import { PassThrough } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import t, { type Test } from 'tap';
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
	t.same([through.passed, through.failed], [44, 0]);

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

	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
	await house.sluice(['replay', ...sessions.map(({ id }) => id), '--config', 'sluice.yaml']);
});

t.test('stdio upstream: the same, with one check less', async (t) => {
	const children: Seen[] = [];
	const upstream = await stdioServer((pipe) => {
		const seen: Seen = { fromClient: [], fromServer: [], overlapped: false };
		children.push(seen);
		const input = new PassThrough();
		const output = new PassThrough();
		watch(pipe, input, seen.fromClient);
		watch(output, pipe, seen.fromServer);
		const transport = new StdioServerTransport(input, output);
		// The SDK's own types differ under exactOptionalPropertyTypes.
		void referenceServer().connect(transport as Parameters<ReturnType<typeof referenceServer>['connect']>[0]);
	});
	t.teardown(() => upstream.close());
	const house = await gateway(t, { servers: { reference: { stdio: upstream.stdio } }, data });
	const clientSide = await httpTap(`${house.url}/mcp/reference`);
	t.teardown(() => clientSide.close());

	const through = await conformance(clientSide.url);
	t.strictSame(through.checks, { ...direct.checks, ...withoutStreams }, through.output);
	t.same([through.passed, through.failed], [43, 0]);

	const sessions = await exported(house);
	t.equal(children.length, sessions.length);
	for (const [n, session] of sessions.entries())
		compare(t, session, clientSide.sessions.get(session.id)!, children[n]!);
	await house.sluice(['replay', 'exported', '--config', 'sluice.yaml']);
});

/**
 * A pipe has no event streams: an answer that comes without anything before it goes to the client as a JSON body, which
 * MCP allows a server (2025-11-25, "Sending Messages to the Server"). What the suite says of SSE framing (its
 * priming event, ids, `retry`, closing and resuming a stream) has nothing to be said of here: a note in its results.
 */
const withoutStreams = {
	'server-sse-multiple-streams': ['server-accepts-multiple-post-streams SUCCESS', 'server-sse-streams-functional INFO'],
	'server-sse-polling': ['outgoing-request INFO', 'incoming-response INFO', 'server-sse-content-type INFO'],
};

function watch(from: NodeJS.ReadableStream, to: NodeJS.WritableStream, frames: string[]): void {
	const lines = new Lines();
	from.on('data', (chunk: Buffer) => {
		for (const { line } of lines.push(chunk)) frames.push(line);
		to.write(chunk);
	});
	from.on('end', () => to.end());
}

/** Received and delivered, both ways, each in its order (where the client's own requests did not race). */
function compare(t: Test, recorded: Recorded, client: Seen, server: Seen): void {
	const order = (frames: readonly string[]) => (client.overlapped ? [...frames].sort() : frames);
	const wires = wiresOf(recorded);
	t.strictSame(order(wires.clientSent), order(client.fromClient), `${recorded.id}: received from the client`);
	t.strictSame(order(wires.serverGot), order(server.fromClient), `${recorded.id}: delivered to the server`);
	t.strictSame(order(wires.serverSent), order(server.fromServer), `${recorded.id}: received from the server`);
	t.strictSame(order(wires.clientGot), order(client.fromServer), `${recorded.id}: delivered to the client`);
}
