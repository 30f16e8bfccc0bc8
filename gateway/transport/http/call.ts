import type { Dispatcher } from 'undici';
import type { OnBehalf } from '../credentials.ts';
import type { UpstreamError } from '../errors.ts';
import type { SseMeta, UpstreamEnd } from '../types.ts';
import { AuthorisedCall } from './authorised.ts';
import { brokenOff, encodedAnswer, failed, notJson, tooLarge, unreachable } from './call-ends.ts';
import { mediaType } from './headers.ts';
import { type SseEvent, SseParser } from './sse-parser.ts';
import type { HttpTarget } from './upstream.ts';

/** What a frame brings along. */
export interface FrameAt {
	readonly wire: Readonly<Record<string, string | number | boolean>>;
	readonly at: { readonly sse?: SseMeta; readonly streaming: boolean; readonly status?: number };
}

/** What becomes of one HTTP request to a server. */
export interface CallEvents {
	/** Frames come one after the other; the next when this resolves. */
	frame(bytes: Buffer, at: FrameAt): Promise<void>;
	framing(meta: SseMeta): void;
	/** Events of the type `endpoint`, if the transport has such: framing, never a frame. */
	endpoint?(data: Buffer): void;
	done(end: UpstreamEnd): void;
	/** `Mcp-Session-Id` of a response. */
	session(id: string): void;
	/** 404 to a request that may have named a session. */
	sessionUnknown(): void;
}

/** A request under way. */
export interface Call {
	/**
	 * Resolves with the status (as the client should see it) once the response has begun, or once it is unknown
	 * whether the server got the request (502, and `done` says so). Rejects with `UpstreamError` when it surely did not.
	 */
	readonly started: Promise<number>;
	/** Nothing more comes of it, `done` neither. */
	abort(): void;
}

/** A request as undici takes it. */
export interface CallRequest {
	readonly method: 'POST' | 'GET' | 'DELETE';
	readonly headers: string[];
	readonly body?: Buffer;
}

/** A request, and whose it is. */
export interface CallFor extends CallRequest {
	readonly on?: OnBehalf | undefined;
}

/** Sends one request on a connection of the target's pool and reads its response as it comes. */
export function dispatch(target: HttpTarget, { on, ...request }: CallFor, events: CallEvents): Call {
	const { credentials } = target;
	if (credentials === undefined) return send(target, request, events);
	return new AuthorisedCall(credentials, on, request, events, (...call) => send(target, ...call));
}

function send(target: HttpTarget, request: CallRequest, events: CallEvents, refused?: () => void): Call {
	const handler = new ResponseHandler(target.limit, request.method, events, refused);
	target.pool.dispatch({ path: target.path, ...request }, handler);
	return handler;
}

class ResponseHandler implements Dispatcher.DispatchHandler, Call {
	readonly started: Promise<number>;
	readonly #limit: number;
	readonly #method: string;
	readonly #events: CallEvents;
	/** Told of a 401 in the place of everything else. */
	readonly #unauthorised: (() => void) | undefined;
	#resolve!: (status: number) => void;
	#reject!: (error: UpstreamError) => void;
	#controller: Dispatcher.DispatchController | undefined;
	#aborted = false;
	#finished = false;
	#failed = false;
	#status = 0;
	/** What the body is read as: one JSON text, events, or nothing that is kept. */
	#parser: SseParser | undefined;
	#json = false;
	#chunks: Buffer[] = [];
	#size = 0;
	/** Why the response is of no use, found before its end. */
	#refused: UpstreamEnd | undefined;
	#queue: Promise<void> | undefined;
	#queued = 0;

	constructor(limit: number, method: string, events: CallEvents, unauthorised?: () => void) {
		this.#limit = limit;
		this.#method = method;
		this.#events = events;
		this.#unauthorised = unauthorised;
		this.started = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
	}

	abort(): void {
		this.#aborted = true;
		this.#finished = true;
		this.#controller?.abort(abandoned);
		this.#resolve(499);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		if (this.#aborted) controller.abort(abandoned);
	}

	onResponseStart(
		controller: Dispatcher.DispatchController,
		status: number,
		headers: Record<string, string | string[] | undefined>,
	): void {
		if (status < 200) return;
		if (status === 401 && this.#unauthorised !== undefined) {
			this.#finished = true;
			controller.abort(abandoned);
			if (!this.#aborted) this.#unauthorised();
			return;
		}
		this.#status = status;
		const ok = status < 300;
		const session = headers['mcp-session-id'];
		if (ok && typeof session === 'string' && /^[\x21-\x7e]{1,1024}$/.test(session)) this.#events.session(session);
		const encoding = headers['content-encoding'];
		const type = mediaType(typeof headers['content-type'] === 'string' ? headers['content-type'] : undefined);
		if (encoding !== undefined && encoding !== 'identity') this.#refused = encodedAnswer;
		else if (ok && type === 'text/event-stream')
			this.#parser = new SseParser(this.#limit, this.#events.endpoint === undefined ? undefined : 'endpoint');
		else if (type === 'application/json') this.#json = true;
		if (!ok) this.#refused ??= failed(status, headers['retry-after']);
		// A JSON body is only known to be whole at its end, but what is streamed has begun.
		this.#resolve(ok ? status : this.#refused!.status);
	}

	onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
		if (this.#finished || this.#failed) return;
		if (this.#parser !== undefined) {
			this.#stream(controller, this.#parser, chunk);
			return;
		}
		this.#size += chunk.length;
		if (this.#size <= this.#limit) {
			if (this.#json) this.#chunks.push(chunk);
			return;
		}
		this.#chunks = [];
		this.#fail(controller, tooLarge(this.#limit));
	}

	onResponseEnd(): void {
		if (this.#finished || this.#failed) return;
		if (this.#parser !== undefined) {
			this.#after(() => this.#finish({ ok: true, status: this.#status }));
			return;
		}
		const ok = this.#status < 300;
		if (this.#refused === encodedAnswer || this.#size === 0) {
			this.#finish(this.#refused ?? { ok: true, status: this.#status });
			return;
		}
		const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
		if (ok && !this.#json) {
			this.#finish(this.#method !== 'DELETE' && this.#status !== 202 ? notJson : { ok: true, status: this.#status });
			return;
		}
		// A refusal's body goes on only as a message that can be judged, and only under a status that goes on itself.
		if (!ok && (this.#refused!.status !== this.#status || !isMessage(body))) {
			this.#finish(this.#refused!);
			return;
		}
		const at = { streaming: false, ...(this.#status === 200 ? {} : { status: this.#status }) };
		this.#events.frame(body, { wire: {}, at }).then(
			() => this.#finish({ ok: true, status: this.#status }),
			() => this.#finish({ ok: true, status: this.#status }),
		);
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		if (this.#finished || this.#failed) return;
		if (this.#controller === undefined) {
			// undici never came to write the request.
			this.#finished = true;
			this.#reject(unreachable(error));
			return;
		}
		this.#resolve(502);
		this.#after(() => this.#finish(brokenOff(error)));
	}

	#stream(controller: Dispatcher.DispatchController, parser: SseParser, chunk: Buffer): void {
		try {
			for (const event of parser.push(chunk)) {
				this.#queued++;
				this.#after(async () => {
					if (!this.#aborted) await this.#handOver(event);
					if (--this.#queued === 0 && !this.#aborted) controller.resume();
				});
			}
		} catch {
			this.#fail(controller, tooLarge(this.#limit));
		}
		// The server is read on when what it sent has been taken.
		if (this.#queued > 0) controller.pause();
	}

	async #handOver({ data, meta, named }: SseEvent): Promise<void> {
		if (named) {
			this.#events.endpoint?.(data!);
			return;
		}
		if (data === undefined) {
			this.#events.framing(meta!);
			return;
		}
		const wire: Record<string, string> = meta?.id === undefined ? {} : { sse_id: meta.id };
		const at = { streaming: true, ...(meta === undefined ? {} : { sse: meta }) };
		await this.#events.frame(data, { wire, at }).catch(() => {});
	}

	/** Runs `step` when everything before it has been handed over. */
	#after(step: () => void | Promise<void>): void {
		this.#queue = (this.#queue ?? Promise.resolve()).then(step);
	}

	/** Reads no further: what came before is handed over, then `end` is. */
	#fail(controller: Dispatcher.DispatchController, end: UpstreamEnd): void {
		this.#failed = true;
		this.#after(() => this.#finish(end));
		this.#after(() => controller.abort(abandoned));
	}

	#finish(end: UpstreamEnd): void {
		if (this.#finished) return;
		this.#finished = true;
		this.#events.done(end);
		if (this.#status === 404) this.#events.sessionUnknown();
	}
}

const abandoned = new Error('abandoned');

function isMessage(body: Buffer): boolean {
	try {
		return JSON.parse(body.toString())?.jsonrpc === '2.0';
	} catch {
		return false;
	}
}
