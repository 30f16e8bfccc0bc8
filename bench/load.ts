/**
 * The load: a closed loop of so many clients, each with an MCP session of its own, one call in flight each. Status, id
 * and the whole text of every reply are checked. Argument: one `Load` as JSON. Prints one `Measured` as JSON.
 */
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { cpuOf } from './cpu.ts';
import { prose } from './text.ts';

/** What to ask of whom. */
export interface Load {
	readonly url: string;
	readonly token?: string;
	readonly clients: number;
	/** Bytes of the argument's text. */
	readonly argument: number;
	/** Bytes of the reply's text; absent: the argument comes back. */
	readonly reply?: number;
	/** ms before anything counts. */
	readonly warm: number;
	/** ms that count. */
	readonly run: number;
	/** The process whose CPU is counted meanwhile. */
	readonly pid?: number;
}

/** Times are µs from sending a call to having read its reply. */
export interface Measured {
	readonly calls: number;
	readonly perSecond: number;
	readonly p50: number;
	readonly p99: number;
	/** CPU of that process, µs a call. */
	readonly cpu?: number;
	/** Replies with a wrong status, id or text, and calls that failed. */
	readonly errors: number;
	readonly firstError?: string;
}

const load = JSON.parse(process.argv[2] ?? '') as Load;
const url = new URL(load.url);
const pool = new Pool(url.origin, { connections: load.clients, pipelining: 1 });
const argument = prose(load.argument);
const expected = load.reply === undefined ? argument : prose(load.reply);
const base: Record<string, string> = {
	'content-type': 'application/json',
	accept: 'application/json, text/event-stream',
	...(load.token === undefined ? {} : { authorization: `Bearer ${load.token}` }),
};

let begin = Number.POSITIVE_INFINITY;
let end = Number.POSITIVE_INFINITY;
const times: number[] = [];
let errors = 0;
let firstError: string | undefined;

async function post(body: object, headers: Record<string, string>) {
	const response = await pool.request({ path: url.pathname, method: 'POST', headers, body: JSON.stringify(body) });
	return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

/** Opens a session as a client does: initialize, initialized, tools/list. The headers of all that follows. */
async function open(): Promise<Record<string, string>> {
	const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } };
	const answer = await post({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, base);
	if (answer.status !== 200) throw new Error(`initialize: ${answer.status} ${answer.text.slice(0, 300)}`);
	const session = answer.headers['mcp-session-id'];
	const headers = {
		...base,
		'mcp-protocol-version': '2025-11-25',
		...(typeof session === 'string' ? { 'mcp-session-id': session } : {}),
	};
	await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
	await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, headers);
	return headers;
}

function wrong(status: number, id: number, body: string): string | undefined {
	if (status !== 200) return `status ${status}: ${body.slice(0, 300)}`;
	const reply = JSON.parse(body) as { id?: unknown; result?: { content?: readonly { text?: string }[] } };
	if (reply.id !== id) return `id ${String(reply.id)} instead of ${id}`;
	if (reply.result?.content?.[0]?.text !== expected) return `another text: ${body.slice(0, 300)}`;
	return undefined;
}

async function client(headers: Record<string, string>): Promise<void> {
	const size = load.reply === undefined ? {} : { reply: load.reply };
	for (let id = 2; performance.now() < end; id++) {
		const params = { name: 'echo', arguments: { text: argument, ...size } };
		const started = performance.now();
		const { status, text } = await post({ jsonrpc: '2.0', id, method: 'tools/call', params }, headers);
		const took = performance.now() - started;
		const error = wrong(status, id, text);
		if (error !== undefined) {
			errors++;
			firstError ??= error;
			if (errors > 100) break;
		} else if (started >= begin && started + took <= end) times.push(took);
	}
}

async function close(headers: Record<string, string>): Promise<void> {
	if (!('mcp-session-id' in headers)) return;
	const response = await pool.request({ path: url.pathname, method: 'DELETE', headers });
	await response.body.dump();
}

/** CPU of the target between the two ends of what counts. */
async function cpuMeanwhile(pid: number): Promise<number> {
	await setTimeout(Math.max(0, begin - performance.now()));
	const before = cpuOf(pid) ?? Number.NaN;
	await setTimeout(Math.max(0, end - performance.now()));
	return (cpuOf(pid) ?? Number.NaN) - before;
}

/** Says what went wrong, once. */
function failed(outcomes: readonly PromiseSettledResult<unknown>[]): void {
	for (const outcome of outcomes) {
		if (outcome.status === 'fulfilled') continue;
		errors++;
		firstError ??= String(outcome.reason);
	}
}

// All sessions are open before anything is timed.
const opened = await Promise.allSettled(Array.from({ length: load.clients }, open));
failed(opened);
const sessions = opened.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
begin = performance.now() + load.warm;
end = begin + load.run;
const cpu = load.pid === undefined ? Promise.resolve(Number.NaN) : cpuMeanwhile(load.pid);
failed(await Promise.allSettled(sessions.map(client)));
const used = await cpu;
failed(await Promise.allSettled(sessions.map(close)));
await pool.close();
if (times.length === 0) {
	errors++;
	firstError ??= 'no call came back in time';
}
times.sort((a, b) => a - b);
const at = (share: number): number =>
	Math.round((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0) * 1000);
const measured: Measured = {
	calls: times.length,
	perSecond: Math.round((times.length * 1000) / load.run),
	p50: at(0.5),
	p99: at(0.99),
	...(Number.isNaN(used) ? {} : { cpu: Math.round(used / Math.max(1, times.length)) }),
	errors,
	...(firstError === undefined ? {} : { firstError }),
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
