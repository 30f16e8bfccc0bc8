import { setImmediate as turn } from 'node:timers/promises';
import type { Test } from 'tap';
import type { Clock } from '../../gateway/clock.ts';
import type { Connector, Front } from '../../gateway/transport/types.ts';
import { FakeClock } from '../gateway/transport/fixtures/fake-clock.ts';
import { Relay } from '../gateway/transport/fixtures/relay.ts';
import { flood, garbage } from '../gateway/transport/fixtures/script.ts';

/** A raw client of one listener: it hands in bytes and takes out bytes. */
export interface TestClient {
	/** One frame to the gateway. Resolves when it is on the wire. */
	send(bytes: Buffer): Promise<void>;
	/** The next message that came, whichever request it belongs to. */
	next(): Promise<Buffer>;
	/** Reads no more. */
	pause(): void;
	/** Goes away without a word. */
	vanish(): void;
	close(): Promise<void>;
}

/** One transport's client side under test. */
export interface ListenerUnderTest {
	/** A client that does not read is given up after `slowReader`. */
	readonly cutsSlowReaders: boolean;
	connect(): Promise<TestClient>;
	close(graceMs: number): Promise<void>;
}

/** ms that a client may take to read in these tests. */
export const slowReader = 30_000;

/** Frames larger than this are refused in these tests. */
export const frameLimit = 4 * 1024 * 1024;

const request = (id: number, method: string, params: object = {}) =>
	Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }));

const awkward = [
	'{"jsonrpc":"2.0","id":1,"method":"echo","params":{"text":"Grüße, 日本語, 🦊, \\u00e9\\ud83e\\udd8a"}}',
	'{"jsonrpc":"2.0","id":9007199254740993,"method":"echo","params":{"n":1.0,"e":1E+2,"big":123456789012345678901234567890}}',
	'{ "method" :\t"echo", "jsonrpc":"2.0" ,"id" : "a\\/b" , "params":{"b":1,"a":2,"":null,"__proto__":{}} }',
	'{"jsonrpc":"2.0","id":4,"method":"echo","params":{"sse":"\\n\\ndata: x\\r\\n: y","sep":"\u2028\u2029"}}',
];

/** The result of `echo` is the request as the server received it, byte for byte. */
function echoed(answer: Buffer): string {
	const text = answer.toString();
	return text.slice(text.indexOf('"result":') + '"result":'.length, -1);
}

/** What every listener in front of every connector must do; runs its tests on `t`. */
export async function transportContract(
	t: Test,
	makeListener: (front: Front, clock?: Clock) => Promise<ListenerUnderTest>,
	makeConnector: () => Promise<{ connector: Connector; close(): Promise<void> }>,
): Promise<void> {
	async function open(clock?: Clock) {
		const server = await makeConnector();
		const relay = new Relay(server.connector);
		const listener = await makeListener(relay, clock);
		const client = await listener.connect();
		const close = async () => {
			await client.close();
			await listener.close(0);
			await server.connector.close();
			await server.close();
		};
		return { relay, listener, client, close };
	}

	// These leave the wires as they found them, so they share a session: a child process takes its time to begin.
	const { client, relay, close } = await open();

	await t.test('bytes arrive exactly, both ways', async (t) => {
		for (const text of awkward) {
			await client.send(Buffer.from(text));
			t.equal(echoed(await client.next()), text);
			t.equal(relay.seen.at(-1)!.bytes.toString(), text);
		}
	});

	await t.test('a megabyte arrives exactly', async (t) => {
		const big = request(1, 'echo', { text: '🦊x'.repeat(200_000) });
		await client.send(big);
		t.ok(echoed(await client.next()) === big.toString());
	});

	await t.test('many messages keep their order', async (t) => {
		await client.send(request(7, 'burst', { count: 300 }));
		const order: number[] = [];
		for (let n = 0; n < 300; n++) order.push(JSON.parse((await client.next()).toString()).params.n);
		t.same(
			order,
			Array.from({ length: 300 }, (_, n) => n + 1),
		);
		t.equal(JSON.parse((await client.next()).toString()).id, 7, 'the answer comes last');
	});

	await t.test('a message is there before the next one is sent', async (t) => {
		await client.send(request(1, 'two-steps'));
		t.equal(JSON.parse((await client.next()).toString()).params.n, 1);
		await client.send(Buffer.from('{"jsonrpc":"2.0","method":"notifications/go"}'));
		t.equal(JSON.parse((await client.next()).toString()).id, 1);
	});

	await t.test('two requests at once do not wait for each other', async (t) => {
		await client.send(request(1, 'two-steps'));
		await client.next();
		await client.send(request(2, 'echo'));
		t.equal(JSON.parse((await client.next()).toString()).id, 2, 'the later one is answered first');
		await client.send(Buffer.from('{"jsonrpc":"2.0","method":"notifications/go"}'));
		t.equal(JSON.parse((await client.next()).toString()).id, 1);
	});

	await t.test('a question of the server is asked, and its answer arrives exactly', async (t) => {
		await client.send(request(1, 'ask'));
		t.match(JSON.parse((await client.next()).toString()), { id: 0, method: 'sampling/createMessage' });
		const answer = '{"result":{ "text":"\\u00e9" } ,"id":0,"jsonrpc":"2.0"}';
		await client.send(Buffer.from(answer));
		t.equal(echoed(await client.next()), answer);
	});

	await t.test('ids and envelopes of both eras are not touched', async (t) => {
		const ids = ['0', '-1', '"1"', '1', '""', `"${'i'.repeat(200)}"`];
		const envelope = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}';
		for (const id of ids) {
			const text = `{"jsonrpc":"2.0","id":${id},"method":"echo","params":{${envelope}}}`;
			await client.send(Buffer.from(text));
			const answer = await client.next();
			t.equal(echoed(answer), text);
			t.match(answer.toString(), `"id":${id},`);
		}
	});

	await close();

	await t.test('a frame over the limit does not get to the front', async (t) => {
		const { client, relay, close } = await open();
		await client.send(request(1, 'echo', { text: 'x'.repeat(frameLimit) })).catch(() => {});
		await client.next().catch(() => {});
		t.same(relay.seen, []);
		await close();
	});

	await t.test('an answer over the limit does not get to the client', async (t) => {
		const { client, relay, close } = await open();
		await client.send(request(1, 'big', { size: frameLimit }));
		await relay.until(() => relay.failed.length + relay.closed.length > 0);
		t.match([...relay.failed, ...relay.closed].join(), /ERR_UPSTREAM_TOO_LARGE|longer than|larger than/);
		await close();
	});

	await t.test('bytes that are no text get to the front as they are, or not at all', async (t) => {
		const { client, relay, close } = await open();
		await client.send(request(1, 'echo'));
		await client.next();
		await client.send(garbage).catch(() => {});
		await relay.until(() => relay.seen.length > 1 || relay.ended.length > 0);
		t.same(
			relay.seen.slice(1).map(({ bytes }) => bytes),
			relay.seen.length > 1 ? [garbage] : [],
		);
		await close();
	});

	await t.test('bytes of the server that are no text get to the front as they are, or not at all', async (t) => {
		const { client, relay, close } = await open();
		client.send(request(1, 'garbage')).catch(() => {});
		await relay.until(() => relay.came.length + relay.closed.length > 0);
		t.same(
			relay.came.map(({ bytes }) => bytes),
			relay.closed.length > 0 ? [] : [garbage],
		);
		await close();
	});

	await t.test('a client that does not read holds its server back, and is given up', async (t) => {
		const clock = new FakeClock();
		const { client, listener, relay, close } = await open(clock);
		await client.send(request(1, 'echo'));
		await client.next();
		client.pause();
		await client.send(request(2, 'flood', { count: 40 }));
		await relay.until(() => relay.came.length > 1);
		if (listener.cutsSlowReaders) {
			while (!clock.waits(slowReader)) await turn();
			// All that buffers on the way can take goes on; the rest stays with the server however long one looks.
			for (let n = 0; n < 2_000; n++) await turn();
			t.ok(flood.taken < 40, 'the server is held back');
			clock.advance(slowReader);
			await relay.until(() => relay.ended.length > 0);
		}
		t.equal(relay.most, 1, 'a frame of one stream at a time');
		t.ok(relay.came.length < 40, 'not all was read');
		await close();
	});

	await t.test('a client that goes away is noticed', async (t) => {
		const { client, relay, close } = await open();
		await client.send(request(1, 'two-steps'));
		await client.next();
		client.vanish();
		await relay.until(() => relay.ended.length > 0);
		t.ok(relay.ended.length > 0);
		await close();
	});

	await t.test('a server that goes away is noticed', async (t) => {
		const { client, relay, close } = await open();
		await client.send(request(1, 'die'));
		await relay.until(() => relay.failed.length + relay.closed.length > 0);
		t.match([...relay.failed, ...relay.closed].join(), /ERR_UPSTREAM_BROKEN_OFF|broke off|exit code 3/);
		await close();
	});

	await t.test('nothing is left open after close', async (t) => {
		const before = handles();
		const { client, close } = await open();
		await client.send(request(1, 'echo'));
		await client.next();
		await close();
		// Handles are let go of a turn after their owners say they are closed.
		for (let turn = 0; turn < 200 && handles() > before; turn++) await new Promise((resolve) => setImmediate(resolve));
		t.ok(handles() <= before, process.getActiveResourcesInfo().join());
	});
}

function handles(): number {
	return process.getActiveResourcesInfo().filter((name) => /TCP|Process|Pipe(?!Write)|HTTP/.test(name)).length;
}
