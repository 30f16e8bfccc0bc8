import type { PendingRequest } from '../../engine/session/types.ts';
import { joined, RPC, requestAnswer } from '../answers.ts';
import type { Passage } from '../gate.ts';
import { rejectExchange } from '../transport/errors.ts';
import type { Exchange } from '../transport/types.ts';
import { type FailedEnd, NOBODY, NOT_BEGUN, statusOf, textOf } from './ends.ts';
import { probes } from './era.ts';
import type { Flight } from './flights.ts';
import type { Wires } from './wires.ts';

/** Answers of our own; all of them are in the record already, or are put there first. */
export class OwnAnswers {
	readonly #wires: Wires;

	constructor(wires: Wires) {
		this.#wires = wires;
	}

	/** A client's frame goes no further. */
	async toClient(passage: Extract<Passage, { do: 'answer' }>, exchange: Exchange): Promise<void> {
		const { client } = this.#wires;
		const ours = passage.answers.find((answer) => answer.to === 'client');
		for (const answer of passage.answers)
			if (answer.to === 'server' && answer.bytes !== undefined) await this.toServer(answer.bytes, passage.seq);
		// A new session that gets no further than this is none: its id is not announced.
		client.withdraw(exchange);
		await client.end(exchange, ours?.bytes, { status: ours?.status ?? 202 }).catch(() => {});
	}

	/** `seq`: of the frame that it is about. */
	async toServer(bytes: Buffer, seq: number): Promise<void> {
		const { flights } = this.#wires;
		let flight: Flight | undefined;
		try {
			const upstream = await this.#wires.open();
			flight = flights.start(NOBODY);
			await upstream.send(bytes, flight.number, {});
		} catch {
			// The server is gone: nobody waits for this any more, but the record says that it was told.
			await this.#wires.undelivered(seq);
		} finally {
			if (flight !== undefined) flights.end(flight);
		}
	}

	/** Tells the server that nobody waits for the answer any more: its transport has no exchange that could end. */
	async cancel({ id, seq }: PendingRequest): Promise<void> {
		const { session } = this.#wires;
		const bytes = Buffer.from(
			`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id},"reason":"the client went away"}}`,
		);
		const recorded = await session
			.record([{ type: 'gateway', ...session.mark(), to: 'server', answers: seq, bytes }])
			.then(
				() => true,
				() => false,
			);
		if (recorded) await this.toServer(bytes, seq);
	}

	/** The server refused a request without saying which: its client hears under its id that it was refused. */
	async name(request: PendingRequest): Promise<void> {
		const { session, client } = this.#wires;
		const code = 'ERR_UPSTREAM_STATUS';
		const text = `the server refused this request without its id; its own words came before this (${code})`;
		const bytes = requestAnswer(request, RPC.unavailable, text, { code });
		const line = { type: 'gateway', ...session.mark(), to: 'client', answers: request.seq, bytes } as const;
		await session.record([line]).then(
			() => client.socket?.send(bytes),
			() => {},
		);
	}

	/** No answer of the server comes on `flight`: whoever waits there is told why. */
	async fail(flight: Flight, end: FailedEnd): Promise<void> {
		const { session, client, options, kind } = this.#wires;
		const waiting = flight.seq === undefined ? [] : session.state.pendingAt(flight.seq);
		if (waiting.length === 0) {
			// On a socket this would be a message that nobody asked for.
			if (client.socket !== undefined) return;
			await rejectExchange(flight.exchange, end).catch(() => {});
			return;
		}
		const data = { code: end.code };
		const bytes = joined(waiting.map((request) => requestAnswer(request, RPC.unavailable, textOf(end), data)));
		const status = waiting.some((request) => probes(request, kind)) ? 400 : statusOf(end);
		const { seq } = waiting[0]!;
		session.forget(seq);
		const recorded = await session
			.record([{ type: 'gateway', ...session.mark(), to: 'client', answers: seq, bytes }])
			.then(
				() => true,
				() => false,
			);
		const stillborn = client.withdraw(flight.exchange);
		const { headers } = end;
		if (recorded) await client.end(flight.exchange, bytes, { status, ...(headers && { headers }) }).catch(() => {});
		else await flight.exchange.end(undefined, { status: 503 }).catch(() => {});
		if (stillborn) options.onOver(NOT_BEGUN);
	}
}
