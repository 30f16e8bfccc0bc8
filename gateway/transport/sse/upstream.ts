import type { OnBehalf } from '../credentials.ts';
import { UpstreamError } from '../errors.ts';
import { type Call, dispatch } from '../http/call.ts';
import { crosses } from '../http/headers.ts';
import type { HttpTarget } from '../http/upstream.ts';
import type { Upstream, UpstreamEnd, UpstreamEvents } from '../types.ts';
import { endpointPath } from './endpoint.ts';

type Headers = Readonly<Record<string, string>>;

/** ms a server may take to name its endpoint. */
const patience = 10_000;

/** Opens the stream of a session; resolves when the server has said where to POST. */
export function openStream(target: HttpTarget, url: URL, events: UpstreamEvents): Promise<Upstream> {
	return new Promise((resolve, reject) => {
		const upstream = new StreamUpstream(target, events);
		const settled = (outcome: string | UpstreamError) => {
			giveUp();
			if (typeof outcome === 'string') {
				upstream.endpoint = outcome;
				resolve(upstream);
			} else {
				call.abort();
				reject(outcome);
			}
		};
		const call = dispatch(
			target,
			{ method: 'GET', headers: [...own(target), 'accept', 'text/event-stream'] },
			{
				frame: async (bytes, { wire, at }) => {
					// A body that is not a stream is no answer to this GET.
					if (at.streaming) await events.frame({ bytes, wire }, { streaming: false });
				},
				// Ids and retry are of this stream alone: it cannot be resumed, by us or by the client.
				framing() {},
				endpoint(data) {
					// The first one counts: a server that moves would take frames with it.
					if (upstream.endpoint === undefined) settled(endpointPath(data, url));
				},
				done: (end) => {
					if (upstream.endpoint === undefined) settled(unopened(end));
					else upstream.over(end.ok ? 'the server ended its event stream' : end.message);
				},
				session() {},
				sessionUnknown() {},
			},
		);
		upstream.stream = call;
		const giveUp = target.clock.after(patience, () =>
			settled(
				new UpstreamError('ERR_UPSTREAM_ENDPOINT', `the server did not say within ${patience / 1000} s where to POST`, {
					help: 'check that `sse.url` is the URL of the event stream; a server of Streamable HTTP goes under `http`',
				}),
			),
		);
		call.started.catch(settled);
	});
}

/** One session with a server over HTTP+SSE. */
class StreamUpstream implements Upstream {
	readonly binding = undefined;
	/** Path and query to POST to, once it is known. */
	endpoint: string | undefined;
	stream: Call | undefined;
	readonly #target: HttpTarget;
	readonly #events: UpstreamEvents;
	readonly #posts = new Set<Call>();
	#closed = false;

	constructor(target: HttpTarget, events: UpstreamEvents) {
		this.#target = target;
		this.#events = events;
	}

	async send(body: Buffer, exchange: number, headers: Headers, on?: OnBehalf): Promise<void> {
		if (this.#closed) throw new UpstreamError('ERR_UPSTREAM_GONE', 'the stream from the server has ended');
		let refused: number | undefined;
		const call: Call = dispatch(
			{ ...this.#target, path: this.endpoint! },
			{ method: 'POST', on, headers: [...own(this.#target), ...crossing(headers, this.#target)], body },
			{
				// The answer to a POST is its status: what else it says is not of the protocol, and messages come on the stream.
				frame: async (_bytes, { at }) => {
					refused = at.status;
				},
				framing() {},
				done: (end) => {
					this.#posts.delete(call);
					if (!end.ok && end.code !== 'ERR_UPSTREAM_MEDIA_TYPE') this.#events.done(exchange, end);
					else if (refused !== undefined && refused >= 400) this.#events.done(exchange, refusal(refused));
				},
				session() {},
				sessionUnknown: () => this.over('the server does not know the session any more'),
			},
		);
		this.#posts.add(call);
		await call.started.catch((error) => {
			this.#posts.delete(call);
			throw error;
		});
	}

	/** There is one stream, and it is open. */
	async listen(): Promise<number> {
		return 200;
	}

	abandon(): void {}

	async close(): Promise<void> {
		this.#closed = true;
		this.stream?.abort();
		for (const call of this.#posts) call.abort();
		this.#posts.clear();
	}

	over(why: string): void {
		if (this.#closed) return;
		void this.close();
		this.#events.closed(why);
	}
}

/** What every request carries. */
function own(target: HttpTarget): string[] {
	return [...target.headers, 'accept-encoding', 'identity'];
}

/** The client's headers that go on with its frame (contract §6); the rest is this hop's own. */
function crossing(headers: Headers, target: HttpTarget): string[] {
	const out = ['content-type', 'application/json', 'accept', 'application/json, text/event-stream'];
	const ours = new Set(['accept', 'content-type', 'last-event-id', ...target.configured]);
	for (const name in headers) if (crosses(name) && !ours.has(name)) out.push(name, headers[name]!);
	return out;
}

function refusal(status: number): UpstreamEnd {
	return { ok: false, status, code: 'ERR_UPSTREAM_STATUS', message: `the server answered HTTP ${status}` };
}

function unopened(end: UpstreamEnd): UpstreamError {
	if (!end.ok) return new UpstreamError(end.code, end.message, { status: end.status });
	return new UpstreamError('ERR_UPSTREAM_ENDPOINT', 'the server did not say where to POST', {
		help: 'check that `sse.url` is the URL of the event stream; a server of Streamable HTTP goes under `http`',
	});
}
