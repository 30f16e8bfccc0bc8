import { type JsonNode, member } from '../../engine/frame/json.ts';
import type { Message } from '../../engine/step.ts';
import type { Exchange } from '../transport/types.ts';

/** One exchange with the upstream and the client's exchange that it belongs to. */
export interface Flight {
	readonly number: number;
	readonly exchange: Exchange;
	/** `seq` of the client's request (or batch) that it carries; absent: a notification, an answer, a GET stream. */
	readonly seq?: number;
	/** Id tokens that have no answer yet. */
	readonly ids: Set<string>;
	/** `_meta.progressToken` as written, to find it again for transports without exchanges. */
	readonly progress?: string;
	/** A stand-alone stream (GET). */
	readonly standalone: boolean;
	/** One that goes on where another broke off (`Last-Event-ID`): answers of earlier requests may come on it. */
	readonly resumed: boolean;
	/** The latest ids of its events: a client that comes back names one of them. */
	readonly marks: string[];
	/** Its bytes are on their way to the server. */
	sent: boolean;
	/** Whoever waited for it has gone away. */
	cancelled: boolean;
}

/** How many event ids of a stream are remembered. */
const MARKS = 256;

/** Which exchanges are open between the client and the upstream of one session. */
export class Flights {
	readonly #open = new Map<number, Flight>();
	#last = 0;

	start(exchange: Exchange, message?: Message, seq?: number): Flight {
		const requests = message?.members.filter((m) => m.kind === 'request') ?? [];
		const progress =
			requests.length === 1 ? progressToken(requests[0]!.frame.bytes, requests[0]!.frame.params) : undefined;
		const flight: Flight = {
			number: ++this.#last,
			exchange,
			ids: new Set(requests.map((m) => m.frame.id ?? '')),
			standalone: false,
			resumed: false,
			marks: [],
			sent: false,
			cancelled: false,
			...(requests.length === 0 || seq === undefined ? {} : { seq }),
			...(progress === undefined ? {} : { progress }),
		};
		this.#open.set(flight.number, flight);
		return flight;
	}

	/** A stand-alone stream from server to client. */
	listen(exchange: Exchange, resumed: boolean): Flight {
		const flight: Flight = {
			number: ++this.#last,
			exchange,
			ids: new Set(),
			standalone: true,
			resumed,
			marks: [],
			sent: true,
			cancelled: false,
		};
		this.#open.set(flight.number, flight);
		return flight;
	}

	get(number: number): Flight | undefined {
		return this.#open.get(number);
	}

	end(flight: Flight): void {
		this.#open.delete(flight.number);
	}

	all(): Flight[] {
		return [...this.#open.values()];
	}

	/** The flight of the request with this `seq`. */
	ofRequest(seq: number): Flight | undefined {
		for (const flight of this.#open.values()) if (flight.seq === seq) return flight;
		return undefined;
	}

	/** Is a request with this raw id on its way upstream? */
	carries(id: string): boolean {
		for (const flight of this.#open.values()) if (flight.ids.has(id)) return true;
		return false;
	}

	/** An event with this id went by on `flight`. */
	mark(flight: Flight, id: string): void {
		flight.marks.push(id);
		if (flight.marks.length > MARKS) flight.marks.shift();
	}

	/** The flight whose client left after the event with this id, or some time later. */
	left(id: string): Flight | undefined {
		return this.all().find((flight) => flight.exchange.gone && flight.marks.includes(id));
	}

	standalone(): Flight | undefined {
		return this.all().find((flight) => flight.standalone);
	}

	/**
	 * Where a request or notification of the server goes when its transport does not say to which exchange it
	 * belongs: the call whose progress token it names, else the latest call that waits, else the stand-alone stream.
	 */
	forUnsolicited(token: string | undefined): Flight | undefined {
		const waiting = this.all().filter(
			(flight) => flight.seq !== undefined && flight.ids.size > 0 && !flight.exchange.gone,
		);
		return (
			(token === undefined ? undefined : waiting.find((flight) => flight.progress === token)) ??
			waiting.at(-1) ??
			this.standalone()
		);
	}
}

/** `params._meta.progressToken` of a request, as written. */
export function progressToken(bytes: Buffer, params: JsonNode | undefined): string | undefined {
	const token = member(member(params, '_meta'), 'progressToken');
	return token === undefined ? undefined : bytes.toString('utf8', token.start, token.end);
}
