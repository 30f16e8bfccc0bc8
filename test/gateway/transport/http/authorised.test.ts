import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import t, { type Test } from 'tap';
import type { Credentials } from '../../../../gateway/transport/credentials.ts';
import { UpstreamError } from '../../../../gateway/transport/errors.ts';
import { httpConnector } from '../../../../gateway/transport/http/connector.ts';
import { sseConnector } from '../../../../gateway/transport/sse/connector.ts';
import type { UpstreamEvents } from '../../../../gateway/transport/types.ts';
import { webSocketConnector } from '../../../../gateway/transport/websocket/connector.ts';
import { listen } from '../fixtures/http-server.ts';

const limits = { frame: 10_000 };
const ping = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}');
const pong = '{"jsonrpc":"2.0","id":1,"result":{}}';

/** Numbered tokens; a new one after each refusal, `last` of them. */
class Numbered implements Credentials {
	readonly log: string[] = [];
	readonly on: (object | undefined)[] = [];
	#n = 1;
	readonly #last: number;

	constructor(last = 9) {
		this.#last = last;
	}

	async headers(on?: object) {
		this.log.push('headers');
		this.on.push(on);
		return { authorization: `Bearer t${this.#n}` };
	}

	async rejected(headers: Readonly<Record<string, string>>, on?: object) {
		this.on.push(on);
		this.log.push(`rejected ${headers.authorization}`);
		return ++this.#n <= this.#last;
	}
}

function events(): { readonly log: string[]; readonly to: UpstreamEvents; readonly over: Promise<void> } {
	const log: string[] = [];
	let end: () => void;
	const over = new Promise<void>((resolve) => {
		end = resolve;
	});
	return {
		log,
		over,
		to: {
			async frame(frame) {
				log.push(frame.bytes.toString());
			},
			framing() {},
			done(_exchange, how) {
				log.push(how.ok ? `done ${how.status}` : `${how.code} ${how.status}`);
				end();
			},
			stderr() {},
			closed() {},
		},
	};
}

async function serverTaking(t: Test, taken: string | undefined, seen: IncomingHttpHeaders[] = []) {
	const server = await listen((req, res: ServerResponse) => {
		req.resume().on('end', () => {
			seen.push(req.headers);
			if (req.headers.authorization !== taken) res.writeHead(401, { 'content-type': 'application/json' }).end(pong);
			else res.writeHead(200, { 'content-type': 'application/json' }).end(pong);
		});
	});
	t.teardown(() => server.close());
	const connector = httpConnector({ url: server.url, limits, headers: { 'x-plain': 'p' } });
	t.teardown(() => connector.close());
	return { connector, seen };
}

t.test('asked for at each request, and shown with it', async (t) => {
	const { connector, seen } = await serverTaking(t, 'Bearer t1');
	const credentials = new Numbered();
	const { to, log, over } = events();
	const upstream = await connector.open(to, undefined, credentials);
	await upstream.send(ping, 1, { authorization: 'Bearer of-the-client', 'x-plain': 'of the client' });
	await over;
	t.strictSame(credentials.log, ['headers']);
	t.match(seen, [{ authorization: 'Bearer t1', 'x-plain': 'p' }]);
	t.strictSame(log, [pong, 'done 200']);
});

t.test('refused: asked once more, and the answer is the second one', async (t) => {
	const { connector, seen } = await serverTaking(t, 'Bearer t2');
	const credentials = new Numbered();
	const { to, log, over } = events();
	const upstream = await connector.open(to, undefined, credentials);
	await upstream.send(ping, 1, {});
	await over;
	t.strictSame(credentials.log, ['headers', 'rejected Bearer t1', 'headers']);
	t.equal(seen.length, 2);
	t.strictSame(log, [pong, 'done 200'], 'nothing is heard of the first');
});

t.test('whose request it is comes back with every question, and stays with it', async (t) => {
	const { connector } = await serverTaking(t, 'Bearer t2');
	const credentials = new Numbered();
	const { to } = events();
	const [ana, bob] = [{ who: 'ana' }, { who: 'bob' }];
	const upstream = await connector.open(to, undefined, credentials);
	await upstream.send(ping, 1, {}, ana);
	await upstream.send(ping, 2, {}, bob);
	await upstream.listen(3, {}, ana);
	await upstream.send(ping, 4, {});
	t.strictSame(credentials.on, [ana, ana, ana, bob, ana, undefined]);
});

t.test('refused twice: final', async (t) => {
	const { connector, seen } = await serverTaking(t, undefined);
	const credentials = new Numbered();
	const { to, log, over } = events();
	const upstream = await connector.open(to, undefined, credentials);
	await upstream.send(ping, 1, {});
	await over;
	t.strictSame(credentials.log, ['headers', 'rejected Bearer t1', 'headers']);
	t.equal(seen.length, 2);
	t.strictSame(log, ['ERR_UPSTREAM_STATUS 502']);
});

t.test('refused, and there are no others: final at once', async (t) => {
	const { connector, seen } = await serverTaking(t, undefined);
	const { to, log, over } = events();
	const upstream = await connector.open(to, undefined, new Numbered(1));
	await upstream.send(ping, 1, {});
	await over;
	t.equal(seen.length, 1);
	t.strictSame(log, ['ERR_UPSTREAM_STATUS 502']);
});

t.test('without credentials nothing is sent', async (t) => {
	const { connector, seen } = await serverTaking(t, 'Bearer t1');
	const none: Credentials = {
		headers: async () => {
			throw new UpstreamError('ERR_UPSTREAM_TOKEN_UNAVAILABLE', 'none', { status: 503 });
		},
		rejected: async () => true,
	};
	const upstream = await connector.open(events().to, undefined, none);
	await t.rejects(upstream.send(ping, 1, {}), { code: 'ERR_UPSTREAM_TOKEN_UNAVAILABLE', status: 503 });
	await t.rejects(upstream.listen(2, {}), { code: 'ERR_UPSTREAM_TOKEN_UNAVAILABLE' });
	t.equal(seen.length, 0);
});

t.test('who gives up while credentials are being got has sent nothing', async (t) => {
	const { connector, seen } = await serverTaking(t, 'Bearer t1');
	let give: (headers: Record<string, string>) => void = () => {};
	const late: Credentials = {
		headers: () =>
			new Promise((resolve) => {
				give = resolve;
			}),
		rejected: async () => true,
	};
	const upstream = await connector.open(events().to, undefined, late);
	const sent = upstream.send(ping, 1, {});
	upstream.abandon(1);
	await sent;
	give({ authorization: 'Bearer t1' });
	const second = upstream.send(ping, 2, {});
	give({ authorization: 'Bearer t1' });
	await second;
	t.equal(seen.length, 1, 'only what was not given up');
});

t.test('HTTP+SSE and WebSocket ask alike', async (t) => {
	const seen: (string | undefined)[] = [];
	const server = await listen((req, res) => {
		seen.push(req.headers.authorization);
		res.writeHead(401).end();
	});
	t.teardown(() => server.close());
	for (const connector of [
		sseConnector({ url: server.url, limits }),
		webSocketConnector({ url: server.url.replace('http', 'ws'), limits }),
	]) {
		t.teardown(() => connector.close());
		seen.length = 0;
		const credentials = new Numbered();
		await t.rejects(connector.open(events().to, undefined, credentials), { code: 'ERR_UPSTREAM_STATUS' });
		t.strictSame(seen, ['Bearer t1', 'Bearer t2'], connector.kind);
		t.strictSame(credentials.log, ['headers', 'rejected Bearer t1', 'headers'], connector.kind);
	}
});
