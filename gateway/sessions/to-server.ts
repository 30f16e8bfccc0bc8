import { readFrames } from '../../engine/frame/read.ts';
import type { PendingRequest, Principal } from '../../engine/session/types.ts';
import type { Passage } from '../gate.ts';
import type { SubjectToken } from '../identity/subject-token.ts';
import { madeHeaders } from '../made-headers.ts';
import type { MirroredHeaders } from '../mirrored-headers.ts';
import { UpstreamError } from '../transport/errors.ts';
import type { Exchange } from '../transport/types.ts';
import { Cancellations } from './cancellations.ts';
import { endOf, SILENT, TAKEN } from './ends.ts';
import { isModern, probes } from './era.ts';
import type { Flight } from './flights.ts';
import type { OwnAnswers } from './own-answers.ts';
import type { Wires } from './wires.ts';

/** How long a server on a pipe may take to answer a probe, ms: it may be started for it, and clients give up after a minute. */
const PROBE_MS = 30_000;

type Forward = Extract<Passage, { do: 'forward' }>;

/** Its headers that may cross, and those that repeat its body. */
interface Sender {
	readonly principal: Principal;
	readonly headers: Readonly<Record<string, string>>;
	readonly mirrored?: MirroredHeaders;
	readonly bearer?: SubjectToken;
}

/** Client → server: what passed the gate goes to the upstream, on a flight of its own. */
export class ToServer {
	readonly #wires: Wires;
	readonly #own: OwnAnswers;
	readonly #cancels: Cancellations;

	constructor(wires: Wires, own: OwnAnswers) {
		this.#wires = wires;
		this.#own = own;
		this.#cancels = new Cancellations(wires, own);
	}

	async send(passage: Forward, exchange: Exchange, from: Sender): Promise<void> {
		const { session, client, flights, turns, kind } = this.#wires;
		const { message } = passage;
		if (await this.#cancels.heard(message)) {
			// The server is not to see what the client said.
			await this.#wires.note('undelivered', passage.seq);
			await exchange.end(undefined, { status: 202 }).catch(() => {});
			return;
		}
		const request = passage.requests[0];
		// On a socket or pipe the session ends with its client, and everything in it.
		if (request !== undefined && isModern(request) && client.socket === undefined)
			exchange.onGone(() => void this.#cancels.left(request));
		// Asked here, not in a function of its own: nothing may come between the last look and the start of the flight.
		for (let busy = this.#busy(passage); busy !== undefined; busy = this.#busy(passage)) {
			if (flights.subscription(busy) !== undefined) return await this.#taken(passage, exchange, from);
			await turns.wait(busy);
		}
		// While it waited for its turn it was cancelled: then the server is not to see it.
		if (passage.requests.length > 0 && !session.state.awaits(passage.seq)) {
			// Its turn is the next one's.
			for (const { id } of passage.requests) turns.free(id);
			await client.end(exchange, undefined, { status: 202 }).catch(() => {});
			return;
		}
		let flight: Flight | undefined;
		try {
			if (this.#wires.over) throw new UpstreamError('ERR_SESSION_CLOSED', 'the session is over', { status: 503 });
			flight = flights.start(exchange, message, passage.seq, from.principal);
			const upstream = await this.#wires.open();
			client.keepWarm(() => flights.all());
			// Whoever left while it was opened has cancelled: nothing is sent.
			if (flight.cancelled) return;
			flight.sent = true;
			await upstream.send(passage.bytes, flight.number, this.#headers(passage, from), from.bearer);
			if (request !== undefined && client.socket === undefined && probes(request, kind)) this.#expect(request, flight);
		} catch (error) {
			flight ??= flights.start(exchange, message, passage.seq, from.principal);
			this.#wires.land(flight);
			await this.#wires.note('undelivered', passage.seq);
			await this.#own.fail(flight, endOf(error));
			return;
		}
		if (passage.requests.length === 0 && kind !== 'http') {
			this.#wires.land(flight);
			await exchange.end(undefined, { status: 202 }).catch(() => {});
		}
		if (message.members[0]!.method === 'notifications/initialized' && client.socket !== undefined)
			await this.#listenForSocket();
	}

	/** Its id is that of a subscription, which may be open for hours: who waited for it would wait as long. */
	async #taken(passage: Forward, exchange: Exchange, from: Sender): Promise<void> {
		const flight = this.#wires.flights.start(exchange, passage.message, passage.seq, from.principal);
		this.#wires.land(flight);
		await this.#wires.note('undelivered', passage.seq);
		await this.#own.fail(flight, TAKEN);
	}

	/** An older server may leave a probe without an answer; over HTTP that would look like one that is down. */
	#expect(request: PendingRequest, flight: Flight): void {
		const { session, options } = this.#wires;
		options.clock.after(PROBE_MS, () => {
			if (!session.state.awaits(request.seq)) return;
			flight.cancelled = true;
			void this.#own.fail(flight, SILENT).then(() => this.#wires.land(flight));
		});
	}

	/** From 2026-07-28 on the headers repeat the body, so they are made from it. */
	#headers({ message, bytes }: Forward, { headers, mirrored }: Sender): Readonly<Record<string, string>> {
		const { session, kind } = this.#wires;
		const { frame, protocol } = message.members[0]!;
		if (kind !== 'http' || (protocol === undefined && !this.#wires.derived)) return headers;
		const read = bytes === frame.bytes ? undefined : readFrames(bytes, { limits: session.limits, batches: false });
		const delivered = read?.ok ? read.frames[0]! : frame;
		return { ...headers, ...madeHeaders(delivered, frame, session.toolHeaders.declared, mirrored?.params) };
	}

	/** A socket client hears everything on its socket, so the upstream's stand-alone stream is opened for it. */
	async #listenForSocket(): Promise<void> {
		const { kind, client, flights } = this.#wires;
		if (kind !== 'http' || client.socket === undefined) return;
		const upstream = await this.#wires.open();
		const flight = flights.listen(client.socket, false);
		// Servers need not offer one, and the client has not asked for it.
		const status = await upstream.listen(flight.number, {}).catch(() => undefined);
		if (status !== 200) flights.end(flight);
	}

	/**
	 * Only ids in flight upstream serialise: a second request with the same id waits for the first one's answer. Not where
	 * every request is an exchange of its own.
	 */
	#busy(passage: Forward): string | undefined {
		const alone = this.#wires.kind === 'http';
		return passage.requests.find((request) => !(alone && isModern(request)) && this.#wires.busy(request.id))?.id;
	}
}
