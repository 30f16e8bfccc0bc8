import type { ClientTransport, TransportKind } from '../../engine/session/types.ts';
import type { Clock } from '../clock.ts';
import type { Arrival } from '../gate.ts';
import type { Exchange, SseMeta } from '../transport/types.ts';
import type { Flight } from './flights.ts';

type Headers = Readonly<Record<string, string>>;

/** The client's side of one session's wires: what kind of response an exchange is by now, and how it is kept alive. */
export class ClientWire {
	/** The socket or pipe that the client is on for the whole session; undefined: HTTP. */
	socket: Exchange | undefined;
	readonly #transport: ClientTransport;
	readonly #upstream: TransportKind;
	readonly #clock: Clock;
	readonly #keepAliveMs: number;
	/** Clients whose session id must go out with the first answer. */
	readonly #announced = new WeakMap<Exchange, Headers>();
	/** Exchanges that are event streams by now, and those whose one answer has come and is being judged. */
	readonly #streams = new WeakSet<Exchange>();
	readonly #closing = new WeakSet<Exchange>();
	#timer: (() => void) | undefined;
	#stopped = false;

	/** `upstream`: the kind of transport on the other side. `keepAliveMs`: between two signs of life on an open stream. */
	constructor(transport: ClientTransport, upstream: TransportKind, clock: Clock, keepAliveMs: number) {
		this.#transport = transport;
		this.#upstream = upstream;
		this.#clock = clock;
		this.#keepAliveMs = keepAliveMs;
	}

	/** `headers` go out with the first answer on `exchange`. */
	announce(exchange: Exchange, headers: Headers): void {
		this.#announced.set(exchange, headers);
	}

	/** The session gets no further than this: its id does not go out. true if it would have. */
	withdraw(exchange: Exchange): boolean {
		return this.#announced.delete(exchange);
	}

	/** Its one answer has come as a body: it does not become a stream any more. */
	closing(exchange: Exchange): void {
		this.#closing.add(exchange);
	}

	/** It is an event stream from here on. */
	commit(exchange: Exchange): void {
		this.#streams.add(exchange);
		exchange.stream(this.#announced.get(exchange));
	}

	/** The last thing on this exchange. */
	end(
		exchange: Exchange,
		bytes: Buffer | undefined,
		how: { sse?: SseMeta; status?: number; headers?: Headers },
	): Promise<void> {
		const announced = this.#announced.get(exchange);
		const headers = announced === undefined ? how.headers : { ...how.headers, ...announced };
		return exchange.end(bytes, {
			...(how.status === undefined ? {} : { status: how.status }),
			...(how.sse === undefined ? {} : { meta: how.sse }),
			...(headers === undefined ? {} : { headers }),
		});
	}

	/** A sign of life. */
	warm(exchange: Exchange): void {
		// Its answer is judged as the body that it came as: it cannot become an event now.
		if (this.#closing.has(exchange) && !this.#streams.has(exchange)) return;
		this.commit(exchange);
		exchange.keepAlive();
	}

	/** Streams that say nothing for long are cut by clients and by what stands in between. */
	keepWarm(open: () => readonly Flight[]): void {
		if (this.#timer !== undefined || this.#stopped) return;
		this.#timer = this.#clock.after(this.#keepAliveMs, () => {
			this.#timer = undefined;
			const flights = open();
			for (const flight of flights) if (flight.seq !== undefined || flight.standalone) this.warm(flight.exchange);
			if (flights.length > 0) this.keepWarm(open);
		});
	}

	stop(): void {
		this.#stopped = true;
		this.#timer?.();
	}

	/** What the client's framing cannot carry inside a frame: a pipe no line breaks, an event stream no carriage returns. */
	breaks(streaming: boolean, exchange: Exchange | undefined): Arrival['breaks'] {
		const { kind } = this.#transport;
		if (kind === 'stdio') return '\r\n';
		if (kind === 'sse') return '\r';
		if (kind !== 'http') return '';
		const events = streaming || this.#upstream !== 'http' || (exchange !== undefined && this.#streams.has(exchange));
		return events ? '\r' : '';
	}
}
