/**
 * Writes the marked blocks of `docs/flow.md` from a real run: a gateway with the starter policy in front of
 * `server-filesystem`, a client that reads a file in which a token is planted, and one call that a rule denies.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFrames } from '../engine/frame/read.ts';
import { buildInput } from '../engine/input/build.ts';
import { splice } from '../engine/mask/splice.ts';
import type { FrameLine, GatewayLine, Line } from '../engine/recording/lines.ts';
import { lineFormatter, type ParsedSession, parseSession } from '../engine/recording/session-file.ts';
import { rebuild } from '../engine/replay.ts';
import { messageOf } from '../engine/step.ts';
import { loadConfig } from '../gateway/config/load.ts';
import { startGateway } from '../gateway/index.ts';
import { putBetween } from './docs/marks.ts';

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs/flow.md');
/** In two parts, so that nothing that searches this repository for secrets takes it for one. */
const PLANTED = `ghp_${'x7Kq2mWv9RtB4nYc8LsD1fHj6ZpA3gEu5TiQ'}`;

const folder = mkdtempSync(join(tmpdir(), 'sluice-flow-'));
try {
	const session = await record();
	const blocks = await blocksOf(session);
	let text = readFileSync(page, 'utf8');
	for (const [name, block] of Object.entries(blocks)) text = putBetween(text, name, block);
	writeFileSync(page, text);
	process.stdout.write(`wrote ${Object.keys(blocks).length} blocks to docs/flow.md\n`);
} finally {
	rmSync(folder, { recursive: true, force: true });
}

/** Runs the calls and reads the session back as an export. */
async function record(): Promise<ParsedSession> {
	const file = join(folder, 'sluice.yaml');
	mkdirSync(join(folder, 'docs'));
	writeFileSync(join(folder, 'docs/notes.txt'), `Deploy key: ${PLANTED}\nOffice hours: 9 to 5\n`);
	const require = createRequire(import.meta.url);
	const server = join(require.resolve('@modelcontextprotocol/server-filesystem/package.json'), '../dist/index.js');
	const config = {
		listen: '127.0.0.1:0',
		admin: '127.0.0.1:0',
		servers: {
			files: { stdio: { command: process.execPath, args: [server, '.'], cwd: './docs' }, labels: ['internal'] },
		},
		policy: { path: join(root, 'policies') },
		log: { level: 'silent' },
	};
	writeFileSync(file, JSON.stringify(config));
	const token = sluice(
		'token',
		'create',
		'--as',
		'laptop-agent',
		'--for',
		'alice@example.com',
		'--role',
		'agent',
		'--config',
		file,
	).trim();
	const gateway = await startGateway({ config: await loadConfig(file), env: process.env, log: process.stderr });
	try {
		await converse(`${gateway.mcp}/mcp/files`, token);
	} finally {
		await gateway.stop();
	}
	return parseSession(sluice('sessions', 'export', '--all', '--config', file), 'flow');
}

function sluice(...args: string[]): string {
	return execFileSync(process.execPath, [join(root, 'cli/main.ts'), ...args], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
	});
}

async function converse(url: string, token: string): Promise<void> {
	const headers: Record<string, string> = {
		authorization: `Bearer ${token}`,
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
	};
	const post = async (message: object): Promise<Response> => {
		const response = await fetch(url, {
			method: 'POST',
			headers,
			body: JSON.stringify({ jsonrpc: '2.0', ...message }),
		});
		await response.text();
		return response;
	};
	const clientInfo = { name: 'flow', version: '1.0.0' };
	const opened = await post({
		id: 0,
		method: 'initialize',
		params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
	});
	headers['mcp-session-id'] = opened.headers.get('mcp-session-id') ?? '';
	headers['mcp-protocol-version'] = '2025-11-25';
	await post({ method: 'notifications/initialized' });
	await post({ id: 1, method: 'tools/list' });
	await post({ id: 2, method: 'tools/call', params: { name: 'read_text_file', arguments: { path: 'notes.txt' } } });
	await post({ id: 3, method: 'tools/call', params: { name: 'run_command', arguments: { command: 'cat notes.txt' } } });
	await fetch(url, { method: 'DELETE', headers });
}

async function blocksOf({ header, lines }: ParsedSession): Promise<Record<string, string>> {
	const calls = lines.filter((line): line is FrameLine => line.type === 'frame' && line.bytes.includes('"tools/call"'));
	const [call, denied] = calls;
	if (call === undefined || denied === undefined) throw new Error('the recording lacks the calls');
	const answer = lines.find(
		(line): line is FrameLine => line.type === 'frame' && line.from === 'server' && line.answers === call.seq,
	);
	const said = lines.find((line): line is GatewayLine => line.type === 'gateway' && line.answers === denied.seq);
	if (answer === undefined || said === undefined) throw new Error('the recording lacks the answers');

	const state = await rebuild(
		header,
		lines.filter((line) => line.seq < call.seq),
	);
	const read = readFrames(call.bytes, { limits: { frame: 2 ** 24, depth: 128, keys: 100_000 }, batches: false });
	const message = read.ok ? messageOf(state, read.frames, 'client') : undefined;
	if (message === undefined) throw new Error('the call does not read back');
	const facts = {
		t: call.t,
		principal: call.principal ?? header.principal,
		...(call.recent && { recent: call.recent }),
	};
	const input = buildInput(message.members[0]!, state, call.seq, facts, call.findings ?? []);

	return {
		'flow-request': fence('json', call.bytes.toString('utf8')),
		'flow-input': fence('json', pretty(input.toString('utf8'))),
		'flow-judgement': fence('json', pretty(JSON.stringify(judgementOf(call)))),
		'flow-record': fence('json', pretty(spelled(header, call))),
		'flow-answer-judgement': fence('json', pretty(JSON.stringify(judgementOf(answer)))),
		'flow-answer-bytes': fence('text', bothWires(answer)),
		'flow-answer-record': fence('json', pretty(spelled(header, answer))),
		'flow-denial': fence('json', said.bytes.toString('utf8')),
	};
}

function judgementOf({ verdict, reasons, labels, findings, revision }: FrameLine): object {
	return { verdict, reasons, labels, findings, revision };
}

function bothWires(line: FrameLine): string {
	const delivered = splice(line.bytes, line.delivered ?? []);
	const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
	return [
		`received   sha256 ${hash(line.bytes)}`,
		line.bytes.toString('utf8'),
		'',
		`delivered  sha256 ${hash(delivered)}`,
		delivered.toString('utf8'),
	].join('\n');
}

/** The line as an export has it; bytes that the page shows elsewhere are left out, and that is said. */
function spelled(header: ParsedSession['header'], line: Line): string {
	const value = JSON.parse(lineFormatter(header)(line)) as Record<string, unknown>;
	if ('text' in value) value.text = '…';
	const { delivered } = value;
	if (typeof delivered === 'object' && delivered !== null && 'text' in delivered) value.delivered = { text: '…' };
	return JSON.stringify(value);
}

/** The same JSON text with line breaks; numbers stay as they are spelled, since ns do not fit a double. */
function pretty(text: string): string {
	const { rawJSON } = JSON as unknown as { rawJSON(source: string): unknown };
	const keep = (_: string, value: unknown, context?: { source?: string }): unknown =>
		typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value;
	return JSON.stringify(JSON.parse(text, keep), null, 2);
}

function fence(language: string, text: string): string {
	return `\`\`\`${language}\n${text}\n\`\`\``;
}
