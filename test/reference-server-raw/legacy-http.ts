import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../reference-server/call.ts';
import { failure, isRequest, legacyRevisions, type Request, type Response } from './frames.ts';
import { Session } from './session.ts';
import { Stream } from './stream.ts';

interface Kept {
	readonly id: string;
	readonly session: Session;
	/** The one of GET comes first; each POST of a request has its own. */
	readonly streams: Stream[];
}

/** Streamable HTTP of 2025-03-26 to 2025-11-25: sessions, a stream for each request, streams to come back to. */
export class LegacyHttp {
	readonly #sessions = new Map<string, Kept>();

	/** One HTTP request. `frame` is its body, if it had one. */
	serve(frame: Request | Response | undefined, req: IncomingMessage, res: ServerResponse): void {
		try {
			this.#serve(frame, req, res);
		} catch (error) {
			if (!(error instanceof Status)) throw error;
			res.writeHead(error.status, { 'content-type': 'application/json' });
			res.end(JSON.stringify(failure(null, new Refusal(-32000, error.message))));
		}
	}

	#serve(frame: Request | Response | undefined, req: IncomingMessage, res: ServerResponse): void {
		const id = req.headers['mcp-session-id'];
		const begins = frame !== undefined && isRequest(frame) && frame.method === 'initialize';
		const kept = typeof id === 'string' ? this.#sessions.get(id) : begins ? this.#begin() : undefined;
		if (kept === undefined) throw new Status(id === undefined ? 400 : 404, 'no such session');
		const revision = req.headers['mcp-protocol-version'];
		if (typeof revision === 'string' && !legacyRevisions.includes(revision))
			throw new Status(400, `\`${revision}\` is not spoken here`);
		if (req.method === 'POST') post(kept, frame, res);
		else if (req.method === 'GET') get(kept, req, res);
		else this.#end(kept, res);
	}

	#begin(): Kept {
		const streams = [new Stream('0')];
		const kept = { id: randomUUID(), session: new Session((frame) => streams[0]!.send(frame)), streams };
		this.#sessions.set(kept.id, kept);
		return kept;
	}

	#end({ id, streams }: Kept, res: ServerResponse): void {
		for (const stream of streams) stream.end();
		this.#sessions.delete(id);
		res.writeHead(204).end();
	}
}

/** An HTTP request that gets an error. */
class Status extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

function post({ id, session, streams }: Kept, frame: Request | Response | undefined, res: ServerResponse): void {
	if (frame === undefined) throw new Status(400, 'the body is no JSON-RPC message');
	if (!isRequest(frame)) session.answer(frame);
	if (!isRequest(frame) || frame.id === undefined) {
		res.writeHead(202).end();
		return;
	}
	const stream = new Stream(String(streams.length));
	streams.push(stream);
	stream.attach(res, { 'mcp-session-id': id });
	const way = { send: (out: object) => stream.send(out), closeStream: () => stream.detach() };
	void session.request(frame, way).then(() => stream.end());
}

function get({ id, streams }: Kept, req: IncomingMessage, res: ServerResponse): void {
	const last = req.headers['last-event-id'];
	if (typeof last !== 'string') {
		if (streams[0]!.attached) throw new Status(409, 'there is a stream already');
		streams[0]!.attach(res, { 'mcp-session-id': id });
		return;
	}
	const [stream, event] = last.split('.').map(Number);
	const found = streams[stream ?? -1];
	if (found === undefined) throw new Status(400, `no event \`${last}\``);
	found.attach(res, { 'mcp-session-id': id }, event ?? 0);
}
