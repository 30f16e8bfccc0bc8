import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Events } from './sse.ts';

/** The frames of one session as they went over one wire, each way in its order. Bytes as latin1 text. */
export interface Seen {
	readonly fromClient: string[];
	readonly fromServer: string[];
	/** Two requests were under way at once, so the order of what came is not given by the wire. */
	overlapped: boolean;
}

/** A wire with somebody listening on it. */
export interface Tap {
	/** Sessions by the id that the server behind the tap gave them, in the order they began. */
	readonly sessions: ReadonlyMap<string, Seen>;
	readonly url: string;
	close(): Promise<void>;
}

/** A streaming reverse proxy that writes down the frames: bodies whole, event streams event by event. */
export async function httpTap(target: string): Promise<Tap> {
	const sessions = new Map<string, Seen>();
	const agent = new Agent({ keepAlive: true });
	const server = createServer((req, res) => {
		relay(new URL(target), agent, sessions, req, res).catch(() => res.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		sessions,
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(target).pathname}`,
		async close() {
			agent.destroy();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function relay(
	target: URL,
	agent: Agent,
	sessions: Map<string, Seen>,
	req: IncomingMessage,
	res: ServerResponse,
): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of req) chunks.push(chunk as Buffer);
	const body = Buffer.concat(chunks);
	const named = req.headers['mcp-session-id'];
	const note = (id: string) => {
		if (body.length > 0) sent(seenIn(sessions, id), body);
	};
	if (typeof named === 'string') note(named);
	const upstream = await new Promise<IncomingMessage>((resolve, reject) => {
		const { hostname, port, pathname: path } = target;
		const out = request(
			{ hostname, port, path, method: req.method, headers: req.rawHeaders, agent } as object,
			resolve,
		);
		res.once('close', () => out.destroy());
		out.once('error', reject);
		out.end(body);
	});
	const given = upstream.headers['mcp-session-id'];
	const id = typeof named === 'string' ? named : typeof given === 'string' ? given : undefined;
	if (typeof named !== 'string' && id !== undefined) note(id);
	const seen = id === undefined ? undefined : seenIn(sessions, id);
	res.writeHead(upstream.statusCode!, upstream.rawHeaders);
	res.flushHeaders();
	const streams = upstream.headers['content-type'] === 'text/event-stream';
	const events = new Events();
	const whole: Buffer[] = [];
	for await (const chunk of upstream) {
		whole.push(chunk as Buffer);
		if (streams)
			for (const { data } of events.push(chunk as Buffer))
				if (data?.length) seen?.fromServer.push(data.toString('latin1'));
		res.write(chunk);
	}
	if (!streams && whole.length > 0) seen?.fromServer.push(Buffer.concat(whole).toString('latin1'));
	res.end();
}

/** Marks requests that were under way at once. */
function sent(seen: Seen, body: Buffer): void {
	const open = seen.fromClient.filter(isRequest).length - seen.fromServer.filter(isAnswer).length;
	if (open > 0 && isRequest(body.toString('latin1'))) seen.overlapped = true;
	seen.fromClient.push(body.toString('latin1'));
}

const isRequest = (frame: string) => /"method"/.test(frame) && JSON.parse(frame).id !== undefined;
const isAnswer = (frame: string) => JSON.parse(frame).method === undefined;

/** The frames of a session, which begins when it is first asked for. */
export function seenIn(sessions: Map<string, Seen>, id: string): Seen {
	let seen = sessions.get(id);
	if (seen === undefined) {
		seen = { fromClient: [], fromServer: [], overlapped: false };
		sessions.set(id, seen);
	}
	return seen;
}
