import type { SubjectToken } from '../identity/subject-token.ts';
import { rejectExchange } from '../transport/errors.ts';
import type { Exchange, Upstream } from '../transport/types.ts';
import type { ToClient } from './to-client.ts';
import type { Wires } from './wires.ts';

/** Streams that a client of Streamable HTTP opens with GET: stand-alone ones, and the rest of one that broke off. */
export class StandaloneStreams {
	readonly #wires: Wires;
	readonly #toClient: ToClient;

	constructor(wires: Wires, toClient: ToClient) {
		this.#wires = wires;
		this.#toClient = toClient;
	}

	async listen(exchange: Exchange, headers: Readonly<Record<string, string>>, bearer?: SubjectToken): Promise<void> {
		const { client, flights, kind, options } = this.#wires;
		const upstream = await this.#wires.open();
		// Asked here, where nothing comes between the look and the new one.
		const open = flights.all().filter((flight) => flight.standalone);
		if (kind !== 'http' ? open.length > 0 : open.length >= options.streams) {
			const code = kind !== 'http' ? 'ERR_STREAM_OPEN' : 'ERR_LIMIT_STREAMS';
			const status = kind !== 'http' ? 409 : 429;
			await rejectExchange(exchange, {
				status,
				code,
				message: 'this session has a stand-alone stream open already',
			}).catch(() => {});
			return;
		}
		this.#resumes(upstream, headers['last-event-id']);
		const flight = flights.listen(exchange, headers['last-event-id'] !== undefined);
		exchange.onGone(() => {
			upstream.abandon(flight.number);
			flights.end(flight);
		});
		client.keepWarm(() => flights.all());
		const status = await upstream.listen(flight.number, headers, bearer).catch((error) => {
			flights.end(flight);
			throw error;
		});
		if (status !== 200) {
			flights.end(flight);
			await rejectExchange(exchange, {
				status,
				code: 'ERR_UPSTREAM_STREAM',
				message: 'the server offers no stand-alone stream',
			}).catch(() => {});
			return;
		}
		exchange.stream();
		await this.#toClient.flush(flight);
	}

	/** A client comes back to a stream: the old connection is given up, or the server would find the stream in use. Its request still waits. */
	#resumes(upstream: Upstream, lastEventId: string | undefined): void {
		const left = lastEventId === undefined ? undefined : this.#wires.flights.left(lastEventId);
		if (left === undefined) return;
		upstream.abandon(left.number);
		this.#wires.land(left);
	}
}
