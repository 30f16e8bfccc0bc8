/**
 * Hostile inputs over raw sockets against the real gateway: `node bench/hostile/run.ts [--inputs 10000] [--seed 1]
 * [--print]`. No crash, no hang, memory flat, and an ordinary call works after each thousand. Writes
 * `bench/results/hostile.json` and its block of `docs/benchmarks.md`, unless `--print`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table, writeBlock } from '../block.ts';
import { serve } from '../child.ts';
import { machine, measuredOn } from '../machine.ts';
import { askable, type InUse, memoryOf } from '../memory-of.ts';
import { startSluice } from '../sluice.ts';
import { type Input, inputs } from './inputs.ts';

const { values } = parseArgs({
	options: {
		inputs: { type: 'string', default: '10000' },
		seed: { type: 'string', default: '1' },
		print: { type: 'boolean', default: false },
	},
});
const COUNT = Number(values.inputs);
const SEED = Number(values.seed);
/** Connections at once. */
const SIDE_BY_SIDE = 8;
/** A connection that the gateway has not ended so long after the attacker's last byte hangs, ms. */
const PATIENCE = 15_000;
/** How long an attacker waits for an answer before it closes its side, ms: a request cut short gets none. */
const QUIET = 150;
/** RSS at the end by that at a tenth. */
const BAR = 1.15;
const MIB = 1_048_576;

const upstream = await serve('bench/upstream.ts', [], /^listening /);
let socketPath = '';
const gateway = await startSluice(Number(upstream.line.split(' ')[1]), {
	limits: {},
	env: (folder) => {
		socketPath = join(folder, 'memory.sock');
		return askable(socketPath);
	},
});
try {
	const url = new URL(gateway.url);
	const headers = {
		authorization: `Bearer ${gateway.token}`,
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
	};
	const post = async (body: object, more: Record<string, string> = {}) =>
		await fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
	const begin = async () => {
		const opened = await post({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
		await opened.text();
		const headers = {
			'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
			'mcp-protocol-version': '2025-11-25',
		};
		await (await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, headers)).text();
		return headers;
	};
	// The attacker holds a token and a session, and may end that one. The ordinary calls have another.
	const own = await begin();
	const { 'mcp-session-id': session } = await begin();
	const works = async (n: number) => {
		const call = { name: 'echo', arguments: { text: `call ${n}` } };
		const answer = await post({ jsonrpc: '2.0', id: `ordinary ${n}`, method: 'tools/call', params: call }, own);
		const text = await answer.text();
		if (!text.includes(`call ${n}`))
			throw new Error(`an ordinary call failed after ${n} inputs: ${answer.status} ${text}`);
	};

	// A stream of HTTP+SSE that stays open, for what is POSTed to it.
	const stream = await fetch(new URL('/sse/echo', url), {
		headers: { authorization: headers.authorization, accept: 'text/event-stream' },
	});
	const events = stream.body!.getReader();
	const endpoint = Buffer.from((await events.read()).value ?? []).toString();
	const secret = /sessionId=([\w-]+)/.exec(endpoint)?.[1] ?? '';
	void (async () => {
		while (!(await events.read()).done);
	})().catch(() => {});

	let hangs = 0;
	const attack = (input: Input): Promise<string> =>
		new Promise((resolve) => {
			let text = '';
			const socket = connect(Number(url.port), url.hostname, () => {
				for (const piece of input) socket.write(piece);
			});
			const quiet = setTimeout(() => socket.end(), QUIET);
			const timer = setTimeout(() => {
				hangs++;
				process.stderr.write(`no end for ${JSON.stringify(Buffer.concat(input).toString('latin1').slice(0, 500))}\n`);
				socket.destroy();
			}, PATIENCE);
			socket.setEncoding('latin1').on('data', (chunk: string) => {
				if (text.length < 64) text += chunk;
				socket.end();
			});
			socket.on('error', () => {});
			socket.on('close', () => {
				clearTimeout(timer);
				clearTimeout(quiet);
				resolve(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 'none');
			});
		});

	const statuses = new Map<string, number>();
	const memory: { readonly after: number; readonly use: InUse }[] = [];
	const known = {
		host: url.host,
		port: url.port,
		token: gateway.token,
		alice: gateway.token,
		session,
		ping: '{}',
		stream: secret,
	};
	const all = inputs({ ...known, bob: 'slc_none' }, COUNT, SEED);
	let done = 0;
	const step = Math.max(1, Math.floor(COUNT / 10));
	for (; done < COUNT; ) {
		const until = Math.min(COUNT, done + step);
		const worker = async () => {
			while (done < until) {
				done++;
				const input = all.next();
				if (input.done) return;
				const status = await attack(input.value);
				statuses.set(status, (statuses.get(status) ?? 0) + 1);
			}
		};
		await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
		await works(done);
		memory.push({ after: done, use: await memoryOf(socketPath) });
		process.stderr.write(`${done} inputs: ${Math.round(memory.at(-1)!.use.rss / MIB)} MiB, ${hangs} hang\n`);
	}
	const broken = [...statuses].reduce((sum, [status, n]) => sum + (status === '500' ? n : 0), 0);
	const [first, last] = [memory[0]!.use, memory.at(-1)!.use];
	const growth = last.rss / first.rss;
	const good = growth <= BAR && hangs === 0 && broken === 0;
	const answers = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([status, n]) => `${status} × ${n}`);
	const markdown = [
		measuredOn(machine([])),
		`${COUNT.toLocaleString('en-US')} hostile inputs over raw sockets, ${SIDE_BY_SIDE} at once (seed ${SEED}): ${hangs} hang, ${broken} upset the gateway (500), no crash; an ordinary call worked after each ${step.toLocaleString('en-US')}. Answers: ${answers.join(', ')}.`,
		`RSS after garbage collection at the end by that at a tenth: ${growth.toFixed(3)} (at most ${BAR}: ${good ? 'met' : 'not met'}).`,
		table(
			['after', 'RSS MiB', 'without mapped files', 'heap', 'open files'],
			memory.map(({ after, use }) => [
				after.toLocaleString('en-US'),
				...[use.rss, use.anonymous, use.heap].map((bytes) => (bytes / MIB).toFixed(1)),
				String(use.files),
			]),
		),
	].join('\n\n');
	process.stdout.write(`${markdown}\n`);
	if (!values.print) {
		const results = join(import.meta.dirname, '..', 'results');
		mkdirSync(results, { recursive: true });
		const found = {
			...machine([]),
			inputs: COUNT,
			seed: SEED,
			hangs,
			growth,
			statuses: Object.fromEntries(statuses),
			memory,
		};
		writeFileSync(join(results, 'hostile.json'), `${JSON.stringify(found, null, '\t')}\n`);
		writeBlock('hostile', markdown);
	}
	process.exitCode = good ? 0 : 1;
} finally {
	await gateway.service.stop();
	gateway.remove();
	await upstream.stop();
}
