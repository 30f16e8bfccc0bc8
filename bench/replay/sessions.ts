import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';
import { prose } from '../text.ts';

/** Frames of one session. */
export const SESSION_FRAMES = 40;

const SERVERS = [
	{ name: 'documents', labels: ['internal'], transport: 'http' },
	{ name: 'mail', labels: ['untrusted'], transport: 'http' },
	{ name: 'db', labels: [], transport: 'stdio' },
] as const;

interface Call {
	readonly tool: string;
	readonly arguments: object;
	/** Text of the result. */
	readonly text: string;
}

/** What agents do all day, and now and then what a policy has something to say of. `n` counts the calls of all sessions. */
function callOf(n: number): Call {
	const size = [512, 2048, 8192][n % 3]!;
	const text = `${n}: ${prose(size)}`;
	if (n % 97 === 5) return { tool: 'run_shell', arguments: { command: `ls -la /srv/${n}` }, text };
	if (n % 89 === 7) return { tool: 'query', arguments: { sql: `DROP TABLE t${n}` }, text };
	if (n % 53 === 11) return { tool: 'read_mail', arguments: { id: n }, text: `${text} token ghp_${letters(n)}` };
	const asked = prose(400);
	switch (n % 5) {
		case 0:
			return { tool: 'search_documents', arguments: { query: `report ${n}`, limit: 20, about: asked }, text };
		case 1:
			return { tool: 'read_text_file', arguments: { path: `/srv/docs/${n}.txt`, head: 100, why: asked }, text };
		case 2:
			return { tool: 'query', arguments: { sql: `SELECT id, name FROM t WHERE id = ${n}`, note: asked }, text };
		case 3:
			return { tool: 'read_mail', arguments: { id: n, folder: 'inbox' }, text: `${text} From: a${n}@example.com` };
		default:
			return { tool: 'send_mail', arguments: { to: `b${n}@example.com`, subject: 'report', body: asked }, text };
	}
}

const TOOLS = ['search_documents', 'read_text_file', 'query', 'read_mail', 'send_mail', 'run_shell'].map((name) => ({
	name,
	description: `${name}: ${prose(200)}`,
	inputSchema: { type: 'object', properties: { query: { type: 'string' }, limit: { type: 'integer' } } },
}));

/** The `k`-th session: a handshake, a list of tools, and calls with their results. The same each time. */
export function benchSession(k: number): { readonly header: RecordingHeader; readonly lines: Line[] } {
	const principal = {
		id: `agent-${k % 50}`,
		kind: 'agent',
		issuer: 'sluice',
		groups: ['research'],
		scopes: [],
		claims: {},
	};
	const header: RecordingHeader = {
		version: 1,
		id: `bench-${String(k).padStart(5, '0')}`,
		// sessions of a month, from a Thursday on
		started_ns: 1_760_000_000_000_000_000n + BigInt(k) * 1_000_000_000_000n,
		server: SERVERS[k % SERVERS.length]!,
		transport: { kind: 'http', remote: '127.0.0.1' },
		principal: { ...principal, kind: 'agent' },
		client: { name: 'bench', version: '1.0.0' },
		protocol: '2025-11-25',
	};
	const lines: Line[] = [];
	let total = 0;
	const put = (from: 'client' | 'server', message: object, answers?: number) => {
		const seq = lines.length + 1;
		lines.push({
			type: 'frame',
			seq,
			t: seq * 2_000_000_000,
			from,
			bytes: Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }), 'utf8'),
			principal: header.principal,
			recent: {
				labels: [],
				calls: { total, last_minute: Math.min(total, 15), by_server: { [header.server.name]: total } },
			},
			...(answers === undefined ? {} : { answers }),
		});
		return seq;
	};
	const asks = (id: number, method: string, params: object, result: object) =>
		put('server', { id, result }, put('client', { id, method, params }));
	const clientInfo = { name: 'bench', version: '1.0.0' };
	const protocol = { protocolVersion: '2025-11-25', capabilities: {} };
	asks(1, 'initialize', { ...protocol, clientInfo }, { ...protocol, serverInfo: { name: 'bench', version: '1.0.0' } });
	put('client', { method: 'notifications/initialized' });
	asks(2, 'tools/list', {}, { tools: TOOLS });
	while (lines.length < SESSION_FRAMES - 1) {
		const call = callOf(k * SESSION_FRAMES + lines.length);
		const params = { name: call.tool, arguments: call.arguments };
		asks(lines.length + 1, 'tools/call', params, { content: [{ type: 'text', text: call.text }] });
		total++;
	}
	put('client', { method: 'notifications/roots/list_changed' });
	return { header, lines };
}

function letters(n: number): string {
	return String(n).padStart(36, 'aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0cD2eF4');
}
