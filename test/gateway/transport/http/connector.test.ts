import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { httpConnector } from '../../../../gateway/transport/http/connector.ts';
import type { UpstreamEvents } from '../../../../gateway/transport/types.ts';
import { listen } from '../fixtures/http-server.ts';

const limits = { frame: 10_000 };
const ping = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}');

/** Everything an upstream says, in order, as short words; `until` waits for one of them. */
class Log implements UpstreamEvents {
	readonly words: string[] = [];
	gate: Promise<void> = Promise.resolve();
	#changed: () => void = () => {};

	say(word: string): void {
		this.words.push(word);
		this.#changed();
	}

	async until(word: string | RegExp): Promise<void> {
		while (!this.words.some((w) => (typeof word === 'string' ? w === word : word.test(w))))
			await new Promise<void>((resolve) => {
				this.#changed = resolve;
			});
	}

	async frame(...[frame, at]: Parameters<UpstreamEvents['frame']>): Promise<void> {
		const marks = [at.exchange, at.streaming ? 'event' : 'body', at.status, at.sse?.id].filter((x) => x !== undefined);
		this.say(`frame ${marks.join(' ')}: ${frame.bytes}`);
		await this.gate;
	}

	framing(...[meta, at]: Parameters<UpstreamEvents['framing']>): void {
		this.say(`framing ${at.exchange}: ${JSON.stringify(meta)}`);
	}

	done(...[exchange, end]: Parameters<UpstreamEvents['done']>): void {
		this.say(`done ${exchange} ${end.status}${end.ok ? '' : ` ${end.code}`}`);
	}

	stderr(): void {}

	closed(why: string): void {
		this.say(`closed: ${why}`);
	}
}

interface Seen {
	method: string;
	headers: IncomingHttpHeaders;
}

async function upstream(
	t: Test,
	answer: (res: ServerResponse, seen: Seen, n: number) => void,
	options: { headers?: Record<string, string>; resume?: Record<string, string> } = {},
) {
	const seen: Seen[] = [];
	const server = await listen((req, res) => {
		req.resume().on('end', () => {
			seen.push({ method: req.method!, headers: req.headers });
			answer(res, seen.at(-1)!, seen.length);
		});
	});
	const log = new Log();
	const connector = httpConnector({
		url: server.url,
		limits,
		...(options.headers === undefined ? {} : { headers: options.headers }),
	});
	const up = await connector.open(log, options.resume);
	t.teardown(async () => {
		await connector.close();
		await server.close();
	});
	return { up, log, seen };
}

const json = (res: ServerResponse, status: number, body: string, headers = {}) =>
	void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

function brokenOff(res: ServerResponse): void {
	res.writeHead(200, { 'content-type': 'application/json' });
	res.write('{');
	setImmediate(() => res.destroy());
}

t.test('what a response becomes', async (t) => {
	const message = '{"jsonrpc":"2.0","error":{"code":-32001,"message":"no"},"id":null}';
	const cases: [string, (res: ServerResponse) => void, string[]][] = [
		['JSON', (res) => json(res, 200, ' {"a":1}\n'), ['frame 1 body:  {"a":1}\n', 'done 1 200']],
		['202', (res) => void res.writeHead(202).end(), ['done 1 202']],
		['204', (res) => void res.writeHead(204).end(), ['done 1 204']],
		['4xx with a message', (res) => json(res, 400, message), [`frame 1 body 400: ${message}`, 'done 1 400']],
		['4xx with other JSON', (res) => json(res, 400, '{"error":"no"}'), ['done 1 400 ERR_UPSTREAM_STATUS']],
		['4xx with text', (res) => void res.writeHead(409).end('no'), ['done 1 409 ERR_UPSTREAM_STATUS']],
		['401', (res) => json(res, 401, message, { 'www-authenticate': 'x' }), ['done 1 502 ERR_UPSTREAM_STATUS']],
		['403', (res) => json(res, 403, message), ['done 1 502 ERR_UPSTREAM_STATUS']],
		['5xx', (res) => json(res, 500, message), ['done 1 502 ERR_UPSTREAM_STATUS']],
		['redirect', (res) => void res.writeHead(307, { location: '/x' }).end(), ['done 1 502 ERR_UPSTREAM_STATUS']],
		[
			'gzip',
			(res) =>
				void res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync('{}')),
			['done 1 502 ERR_UPSTREAM_ENCODED'],
		],
		[
			'HTML',
			(res) => void res.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
			['done 1 502 ERR_UPSTREAM_MEDIA_TYPE'],
		],
		['too large', (res) => json(res, 200, `"${'x'.repeat(10_000)}"`), ['done 1 502 ERR_UPSTREAM_TOO_LARGE']],
		['broken off', brokenOff, ['done 1 502 ERR_UPSTREAM_BROKEN_OFF']],
		['no answer', (res) => void res.destroy(), ['done 1 502 ERR_UPSTREAM_BROKEN_OFF']],
	];
	for (const [name, answer, words] of cases) {
		const { up, log } = await upstream(t, answer);
		await up.send(ping, 1, {});
		await log.until(/^done/);
		t.same(log.words, words, name);
	}
});

t.test('Retry-After goes along', async (t) => {
	const { up, log } = await upstream(t, (res) => void res.writeHead(429, { 'retry-after': '7' }).end());
	const ends: object[] = [];
	log.done = (_exchange, end) => {
		ends.push(end);
		log.say('done');
	};
	await up.send(ping, 1, {});
	await log.until('done');
	t.match(ends, [{ status: 429, headers: { 'retry-after': '7' } }]);
});

t.test('an event stream, with ids and framing', async (t) => {
	const { up, log } = await upstream(t, (res) => {
		res.writeHead(200, { 'content-type': 'text/event-stream' });
		res.write('id: 1\nretry: 9\ndata: \n\n: hi\n\nid: 2\ndata: {"a"');
		setImmediate(() => res.end(':1}\r\n\r\ndata: {"b":2}\n\n'));
	});
	await up.send(ping, 5, {});
	await log.until('done 5 200');
	t.same(log.words, [
		'framing 5: {"id":"1","retry":9,"empty":true}',
		'frame 5 event 2: {"a":1}',
		'frame 5 event: {"b":2}',
		'done 5 200',
	]);
});

t.test('an event over the limit: what came before is handed over, nothing after', async (t) => {
	const { up, log } = await upstream(t, (res) => {
		res.writeHead(200, { 'content-type': 'text/event-stream' });
		res.end(`data: 1\n\ndata: ${'x'.repeat(20_000)}\n\ndata: 3\n\n`);
	});
	await up.send(ping, 1, {});
	await log.until(/^done/);
	t.same(log.words, ['frame 1 event: 1', 'done 1 502 ERR_UPSTREAM_TOO_LARGE']);
});

t.test('the next event waits for the one before', async (t) => {
	const { up, log } = await upstream(t, (res) => {
		res.writeHead(200, { 'content-type': 'text/event-stream' });
		res.end('data: 1\n\ndata: 2\n\n');
	});
	let open!: () => void;
	log.gate = new Promise((resolve) => {
		open = resolve;
	});
	await up.send(ping, 1, {});
	await log.until('frame 1 event: 1');
	for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
	t.same(log.words, ['frame 1 event: 1']);
	open();
	await log.until('done 1 200');
	t.same(log.words, ['frame 1 event: 1', 'frame 1 event: 2', 'done 1 200']);
});

t.test('a server that is not read stops writing', async (t) => {
	let written = 0;
	let stalled = () => {};
	const full = new Promise<void>((resolve) => {
		stalled = resolve;
	});
	const event = `data: ${'x'.repeat(8_000)}\n\n`;
	const { up, log } = await upstream(t, (res) => {
		res.writeHead(200, { 'content-type': 'text/event-stream' });
		const more = () => {
			if (++written > 5_000) return res.end();
			if (res.write(event)) setImmediate(more);
			else {
				const drained = () => {
					giveUp();
					more();
				};
				res.once('drain', drained);
				// No drain for many turns: the wire is full.
				let turns = 0;
				let over = false;
				const giveUp = () => {
					over = true;
				};
				const wait = () => {
					if (over) return;
					if (++turns > 2_000) stalled();
					else setImmediate(wait);
				};
				wait();
			}
			return undefined;
		};
		more();
	});
	let open!: () => void;
	log.gate = new Promise((resolve) => {
		open = resolve;
	});
	await up.send(ping, 1, {});
	await full;
	t.equal(log.words.length, 1, 'one frame is being dealt with');
	t.ok(written < 5_000, `stopped after ${written}`);
	open();
	await log.until('done 1 200');
	t.equal(log.words.length, 5_001);
});

t.test('headers: our credentials, the ones that cross, and nothing else', async (t) => {
	const { up, log, seen } = await upstream(t, (res) => json(res, 200, '{}'), {
		headers: { Authorization: 'Bearer ours' },
	});
	await up.send(ping, 1, {
		authorization: 'Bearer theirs',
		cookie: 'a=b',
		host: 'evil.example.com',
		'x-forwarded-for': '1.2.3.4',
		'content-length': '3',
		'mcp-session-id': 'theirs',
		'mcp-protocol-version': '2025-06-18',
		'mcp-anything': 'x',
		traceparent: '00-1-2-03',
	});
	await log.until('done 1 200');
	t.same(
		{ ...seen[0]!.headers, host: '' },
		{
			host: '',
			connection: 'keep-alive',
			'content-length': String(ping.length),
			'content-type': 'application/json',
			accept: 'application/json, text/event-stream',
			'accept-encoding': 'identity',
			authorization: 'Bearer ours',
			'mcp-protocol-version': '2025-06-18',
			'mcp-anything': 'x',
			traceparent: '00-1-2-03',
		},
	);
});

t.test('session and revision are kept, stored and given up', async (t) => {
	const initialized = '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}}';
	const { up, log, seen } = await upstream(t, (res, { method }, n) => {
		if (method === 'DELETE') res.writeHead(200).end();
		else if (n === 1) json(res, 200, initialized, { 'mcp-session-id': 's-1' });
		else json(res, 404, '{"jsonrpc":"2.0","error":{"code":-32001,"message":"gone"},"id":null}');
	});
	t.same(up.binding, {});
	await up.send(ping, 1, {});
	await log.until('done 1 200');
	t.same(up.binding, { session: 's-1', protocol: '2025-06-18' });
	await up.send(ping, 2, {});
	await log.until(/^closed/);
	t.match(seen[1]!.headers, { 'mcp-session-id': 's-1', 'mcp-protocol-version': '2025-06-18' });
	t.match(log.words.slice(2), [/^frame 2 body 404/, 'done 2 404', /^closed: the server does not know the session/]);
	await up.close();
	t.match(seen[2], { method: 'DELETE', headers: { 'mcp-session-id': 's-1', 'mcp-protocol-version': '2025-06-18' } });
});

t.test('a stored binding goes on where it was', async (t) => {
	const resume = { session: 's-9', protocol: '2025-11-25' };
	const { up, seen } = await upstream(t, (res) => json(res, 200, '{}'), { resume });
	t.same(up.binding, resume);
	await up.send(ping, 1, {});
	t.match(seen[0]!.headers, { 'mcp-session-id': 's-9', 'mcp-protocol-version': '2025-11-25' });
});

t.test('the stand-alone stream', async (t) => {
	let hungUp = () => {};
	const cut = new Promise<void>((resolve) => {
		hungUp = resolve;
	});
	const { up, log, seen } = await upstream(t, (res, _seen, n) => {
		if (n > 1) return void res.writeHead(405).end();
		res.writeHead(200, { 'content-type': 'text/event-stream' });
		res.on('close', hungUp);
		return void res.write('id: 8\ndata: {}\n\n');
	});
	t.equal(await up.listen(3, { 'last-event-id': '7' }), 200);
	await log.until('frame 3 event 8: {}');
	t.match(seen[0], { method: 'GET', headers: { 'last-event-id': '7', accept: 'text/event-stream' } });
	up.abandon(3);
	await cut;
	t.equal(await up.listen(4, {}), 405);
	await log.until('done 4 405 ERR_UPSTREAM_STATUS');
	t.notOk(
		log.words.some((word) => word.startsWith('done 3')),
		'nothing more comes of what was given up',
	);
});

t.test('nobody there', async (t) => {
	const server = await listen(() => {});
	await server.close();
	const connector = httpConnector({ url: server.url, limits });
	const up = await connector.open(new Log());
	await t.rejects(up.send(ping, 1, {}), { name: 'UpstreamError', code: 'ERR_UPSTREAM_UNREACHABLE', status: 502 });
	await connector.close();
});
