/**
 * A thousand clients that only listen, and 32 that call: `node bench/streams/run.ts [--idle 1000] [--clients 32]
 * [--seconds 20] [--print]`. Do the streams stay open, does memory stay flat, and what do the busy ones lose? Writes
 * `bench/results/streams.json` and its block of `docs/benchmarks.md`, unless `--print`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table, writeBlock } from '../block.ts';
import { run, serve } from '../child.ts';
import type { Load, Measured } from '../load.ts';
import { machine, measuredOn } from '../machine.ts';
import { askable, type InUse, memoryOf } from '../memory-of.ts';
import { startSluice } from '../sluice.ts';

const { values } = parseArgs({
	options: {
		idle: { type: 'string', default: '1000' },
		clients: { type: 'string', default: '32' },
		seconds: { type: 'string', default: '20' },
		print: { type: 'boolean', default: false },
	},
});
const IDLE = Number(values.idle);
const CLIENTS = Number(values.clients);
const SECONDS = Number(values.seconds);
/** Parts of the busy time; memory is looked at after each. */
const PARTS = 10;
/** Memory at the end by that after the first part, mapped files aside: the record of the calls is a mapped file. */
const BAR = 1.15;
const MIB = 1_048_576;

const upstream = await serve('bench/upstream.ts', [], /^listening /);
let socketPath = '';
const gateway = await startSluice(Number(upstream.line.split(' ')[1]), {
	env: (folder) => {
		socketPath = join(folder, 'memory.sock');
		return askable(socketPath);
	},
});
const url = new URL(gateway.url);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

function send(
	method: string,
	headers: Readonly<Record<string, string>>,
	body = '',
	via?: Agent,
): Promise<IncomingMessage> {
	const options = {
		method,
		headers: { authorization: `Bearer ${gateway.token}`, ...headers },
		...(via === undefined ? { agent: false as const } : { agent: via }),
	};
	return new Promise((resolve, reject) => {
		request(url, options, resolve).on('error', reject).end(body);
	});
}

/** A session that has nothing to say: what it is told is counted, and whether its stream ends. */
async function listener(): Promise<{ open: boolean }> {
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'idle', version: '1' } };
	const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
	const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
	const opened = await send('POST', json, body, agent);
	opened.resume();
	const session = String(opened.headers['mcp-session-id']);
	const stream = await send('GET', { accept: 'text/event-stream', 'mcp-session-id': session });
	if (stream.statusCode !== 200) throw new Error(`a stream was refused: ${stream.statusCode}`);
	const state = { open: true };
	const over = () => {
		state.open = false;
	};
	stream.on('end', over).on('error', over).on('close', over).resume();
	return state;
}

async function busy(ms: number): Promise<Measured> {
	const load: Load = { url: gateway.url, token: gateway.token, clients: CLIENTS, argument: 500, warm: 300, run: ms };
	return JSON.parse(await run('bench/load.ts', [JSON.stringify(load)], ms + 60_000)) as Measured;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const part = (SECONDS * 1000) / PARTS;
try {
	await busy(part); // what only happens once is over
	const alone: Measured[] = [];
	for (let n = 0; n < 3; n++) alone.push(await busy(part));
	const before = await memoryOf(socketPath);
	say(`opening ${IDLE} streams`);
	const streams: { open: boolean }[] = [];
	while (streams.length < IDLE) {
		const more = Math.min(50, IDLE - streams.length);
		streams.push(...(await Promise.all(Array.from({ length: more }, listener))));
	}
	const idle = await memoryOf(socketPath);
	const parts: { readonly measured: Measured; readonly use: InUse }[] = [];
	for (let n = 0; n < PARTS; n++) {
		parts.push({ measured: await busy(part), use: await memoryOf(socketPath) });
		say(`part ${n + 1}: ${parts.at(-1)!.measured.perSecond} calls/s, ${Math.round(parts.at(-1)!.use.rss / MIB)} MiB`);
	}
	const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
	const open = streams.filter((stream) => stream.open).length;
	const errors = parts.reduce((sum, { measured }) => sum + measured.errors, 0);
	const growth = parts.at(-1)!.use.anonymous / parts[0]!.use.anonymous;
	const speed = median(parts.map(({ measured }) => measured.perSecond));
	const base = median(alone.map(({ perSecond }) => perSecond));
	const good = open === IDLE && errors === 0 && growth <= BAR;
	const memory = ([what, use]: readonly [string, InUse]) => [
		what,
		...[use.rss, use.anonymous, use.heap].map((bytes) => (bytes / MIB).toFixed(1)),
		String(use.files),
	];
	const markdown = [
		measuredOn(machine([])),
		`${IDLE.toLocaleString('en-US')} idle event streams, each of a session of its own, and ${CLIENTS} clients that call for ${SECONDS} s: ${open.toLocaleString('en-US')} streams were open at the end, ${errors} calls failed. Memory after garbage collection, mapped files aside (what is recorded is one), at the end by that after a tenth: ${growth.toFixed(3)} (at most ${BAR}: ${good ? 'met' : 'not met'}). The busy clients made ${speed.toLocaleString('en-US')} calls/s, ${(speed / base).toFixed(2)} of what they made without the streams.`,
		table(
			['when', 'RSS MiB', 'without mapped files', 'heap', 'open files'],
			(
				[
					['before the streams', before],
					['with the streams', idle],
					['after a tenth', parts[0]!.use],
					['at the end', parts.at(-1)!.use],
				] as const
			).map(memory),
		),
	].join('\n\n');
	process.stdout.write(`${markdown}\n`);
	if (!values.print) {
		const results = join(import.meta.dirname, '..', 'results');
		mkdirSync(results, { recursive: true });
		const found = { ...machine([]), idle: IDLE, clients: CLIENTS, seconds: SECONDS, open, errors, growth, speed, base };
		writeFileSync(join(results, 'streams.json'), `${JSON.stringify(found, null, '\t')}\n`);
		writeBlock('streams', markdown);
	}
	process.exitCode = good ? 0 : 1;
} finally {
	await gateway.service.stop();
	gateway.remove();
	await upstream.stop();
	agent.destroy();
}
process.exit();
