import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server was asked: one HTTP request. */
export interface Asked {
	readonly method: string;
	/** Path and query. */
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	/** As it came, latin1. */
	readonly body: string;
	/** Answers with a JSON body of exactly these bytes. */
	json(frame: string | Buffer, headers?: Readonly<Record<string, string>>): void;
	/** Answers with `status` and a JSON body of exactly these bytes. */
	reply(status: number, frame: string): void;
	/** 202, or another status without a body. */
	status(code: number, headers?: Readonly<Record<string, string>>): void;
	/** Begins an event stream. `frame`: the data payload that the written events add up to; absent for framing alone. */
	stream(): { write(events: string, ...frames: (string | Buffer)[]): void; end(): void; readonly gone: Promise<void> };
}

/** An MCP server without a library, played by the test. */
export interface RawServer {
	readonly url: string;
	/** Frames in the order in which it got and sent them, latin1. */
	readonly got: string[];
	readonly sent: string[];
	close(): Promise<void>;
}

/** Listens on loopback; `serve` answers every request. */
export async function rawServer(serve: (asked: Asked) => void): Promise<RawServer> {
	const got: string[] = [];
	const sent: string[] = [];
	const server = createServer(async (req, res) => {
		const chunks: Buffer[] = [];
		for await (const chunk of req) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString('latin1');
		if (body !== '') got.push(body);
		serve({ method: req.method!, path: req.url!, headers: req.headers, body, ...answers(res, sent) });
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
		got,
		sent,
		close() {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(() => resolve()));
		},
	};
}

function answers(res: ServerResponse, sent: string[]): Pick<Asked, 'json' | 'reply' | 'status' | 'stream'> {
	const gone = new Promise<void>((resolve) => res.once('close', resolve));
	return {
		json(frame, headers = {}) {
			const bytes = Buffer.from(frame);
			sent.push(bytes.toString('latin1'));
			res.writeHead(200, { 'content-type': 'application/json', ...headers }).end(bytes);
		},
		reply: (status, frame) => void res.writeHead(status, { 'content-type': 'application/json' }).end(frame),
		status: (code, headers = {}) => void res.writeHead(code, headers).end(),
		stream() {
			res.writeHead(200, { 'content-type': 'text/event-stream' });
			res.flushHeaders();
			return {
				write(events, ...frames) {
					for (const frame of frames) sent.push(Buffer.from(frame).toString('latin1'));
					res.write(events);
				},
				end: () => void res.end(),
				gone,
			};
		},
	};
}
