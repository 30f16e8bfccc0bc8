import { request } from 'undici';

/** What came back for one POST. */
export interface Answer {
	readonly status: number;
	/** The frames in it: the body, or the data of each event. */
	readonly frames: readonly string[];
}

/** An MCP client that sends exactly the bytes it is given and keeps exactly those it gets. */
export class RawClient {
	readonly url: string;
	readonly token: string | undefined;
	session: string | undefined;
	/** Everything that was received in full, in order. */
	readonly got: string[] = [];

	constructor(url: string, token?: string) {
		this.url = url;
		this.token = token;
	}

	/** Posts `text`. Rejects when the connection breaks; what came in full before that is in `got`. */
	async post(text: string, options: { signal?: AbortSignal } = {}): Promise<Answer> {
		const { statusCode, headers, body } = await request(this.url, {
			method: 'POST',
			body: text,
			headers: {
				'content-type': 'application/json',
				accept: 'application/json, text/event-stream',
				...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
				...(this.session === undefined ? {} : { 'mcp-session-id': this.session, 'mcp-protocol-version': '2025-11-25' }),
			},
			...(options.signal === undefined ? {} : { signal: options.signal }),
		});
		const session = headers['mcp-session-id'];
		if (typeof session === 'string') this.session = session;
		const frames: string[] = [];
		const keep = (frame: string) => {
			frames.push(frame);
			this.got.push(frame);
		};
		if (String(headers['content-type']).startsWith('text/event-stream')) {
			let rest = '';
			for await (const chunk of body.setEncoding('utf8')) {
				const events = (rest + chunk).split('\n\n');
				rest = events.pop()!;
				for (const event of events) for (const data of event.matchAll(/^data: ?(.+)$/gm)) keep(data[1]!);
			}
		} else {
			const whole = await body.text();
			if (whole !== '') keep(whole);
		}
		return { status: statusCode, frames };
	}

	/** The handshake. */
	async initialize(): Promise<void> {
		const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1.0.0' } };
		await this.post(JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }));
		await this.post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
	}

	/** Calls a tool; `args` is written as it stands. The text of the answer. */
	async call(id: number | string, tool: string, args: string, options: { signal?: AbortSignal } = {}): Promise<string> {
		const { frames } = await this.post(callText(id, tool, args), options);
		const last = JSON.parse(frames.at(-1) ?? 'null');
		return last?.result?.content?.[0]?.text ?? JSON.stringify(last);
	}
}

/** A `tools/call` request as text. */
export function callText(id: number | string, tool: string, args: string, more = ''): string {
	return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":"tools/call","params":{"name":"${tool}","arguments":${args}${more}}}`;
}
