import { type JsonNode, member } from '../../engine/frame/json.ts';
import type { Principal } from '../../engine/session/types.ts';
import type { Message } from '../../engine/step.ts';
import type { Exchange } from '../transport/types.ts';
import { isModern, isSubscription } from './era.ts';
import { token } from './token.ts';

/** One exchange with the upstream and the client's exchange that it belongs to. */
export interface Flight {
	readonly number: number;
	readonly exchange: Exchange;
	/** Who asked, as of then. */
	readonly principal?: Principal;
	/** `seq` of the client's request (or batch) that it carries; absent: a notification, an answer, a GET stream. */
	readonly seq?: number;
	/** Id tokens that have no answer yet. */
	readonly ids: Set<string>;
	/** Its own revision says so: from 2026-07-28 on (`era.ts`). */
	readonly modern: boolean;
	/** It stays open for as long as its client listens. */
	readonly subscription: boolean;
	/** `_meta.progressToken`: only progress for it belongs here. */
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

/** How many progress tokens of tasks are remembered. */
const TASKS = 1024;

/** How many event ids of a stream are remembered. */
const MARKS = 256;

/** Which exchanges are open between the client and the upstream of one session. */
export class Flights {
	readonly #open = new Map<number, Flight>();
	/** Progress tokens of calls that were answered with a task: they hold for as long as it runs, which nobody here knows. */
	readonly #tasks = new Set<string>();
	#last = 0;

	start(exchange: Exchange, message?: Message, seq?: number, principal?: Principal): Flight {
		const requests = message?.members.filter((m) => m.kind === 'request') ?? [];
		const [only, another] = requests;
		const progress =
			only === undefined || another !== undefined ? undefined : progressToken(only.frame.bytes, only.frame.params);
		const flight: Flight = {
			...this.#empty(exchange),
			...(principal === undefined ? {} : { principal }),
			ids: new Set(requests.map((m) => m.frame.id ?? '')),
			modern: only !== undefined && isModern(only),
			subscription: only !== undefined && isSubscription(only),
			...(requests.length === 0 || seq === undefined ? {} : { seq }),
			...(progress === undefined ? {} : { progress }),
		};
		this.#open.set(flight.number, flight);
		return flight;
	}

	/** A stand-alone stream from server to client. */
	listen(exchange: Exchange, resumed: boolean): Flight {
		const flight: Flight = { ...this.#empty(exchange), standalone: true, resumed, sent: true };
		this.#open.set(flight.number, flight);
		return flight;
	}

	#empty(exchange: Exchange): Flight {
		return {
			number: ++this.#last,
			exchange,
			ids: new Set(),
			modern: false,
			subscription: false,
			standalone: false,
			resumed: false,
			marks: [],
			sent: false,
			cancelled: false,
		};
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

	/** Requests without an answer. Subscriptions are none that anybody waits for. */
	get inFlight(): number {
		let count = 0;
		for (const { ids, subscription } of this.#open.values()) if (!subscription) count += ids.size;
		return count;
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

	/** The one on a pipe or socket that an answer with this id is for: its request has been sent. */
	answeredBy(id: string | undefined): Flight | undefined {
		if (id === undefined) return undefined;
		return this.all().find(({ sent, cancelled, ids }) => sent && !cancelled && ids.has(id));
	}

	/** The subscription that was asked for under this id. */
	subscription(id: string | undefined): Flight | undefined {
		return id === undefined ? undefined : this.all().find((flight) => flight.subscription && flight.ids.has(id));
	}

	/** Is progress for this token awaited? `at`: the flight on whose exchange it came, where there is one. */
	awaitsProgress(progress: string, at: Flight | undefined): boolean {
		if (at?.modern) return at.progress === progress;
		return (
			at?.resumed === true || this.#tasks.has(progress) || this.all().some((flight) => flight.progress === progress)
		);
	}

	/** The answer is a task: progress of it may come after the answer (MCP 2025-11-25, tasks, "Progress"). */
	goesOn({ progress }: Flight): void {
		if (progress === undefined) return;
		this.#tasks.add(progress);
		if (this.#tasks.size > TASKS) this.#tasks.delete(this.#tasks.values().next().value!);
	}

	/**
	 * Where a request or notification of the server goes when its transport does not say to which exchange it belongs: to the
	 * subscription that it names, the call whose progress it is, else the latest call that waits, else the stand-alone stream.
	 */
	forUnsolicited({ subscription, progress }: Addressed): Flight | undefined {
		const waiting = this.all().filter(
			(flight) => flight.seq !== undefined && flight.ids.size > 0 && !flight.exchange.gone,
		);
		if (subscription !== undefined)
			return waiting.find((flight) => flight.subscription && flight.ids.has(subscription));
		// What belongs to a call never goes on a subscription's stream.
		const calls = waiting.filter((flight) => !flight.subscription);
		return (
			(progress === undefined ? undefined : calls.find((flight) => flight.progress === progress)) ??
			calls.at(-1) ??
			this.standalone()
		);
	}
}

/** Whom a request or notification of the server is for, as far as it says so itself. */
export interface Addressed {
	/** `_meta["io.modelcontextprotocol/subscriptionId"]` */
	readonly subscription?: string;
	readonly progress?: string;
}

/** `params._meta.progressToken` of a request. */
export function progressToken(bytes: Buffer, params: JsonNode | undefined): string | undefined {
	return token(bytes, member(member(params, '_meta'), 'progressToken'));
}
