import type { ListedDefinition } from '../../engine/session/tools.ts';
import type { Clock } from '../clock.ts';
import type { Credentials } from '../transport/credentials.ts';
import type { Connector, Upstream, UpstreamEvents } from '../transport/types.ts';
import { Backlog } from './backlog.ts';
import { ClientWire } from './client-wire.ts';
import { type Flight, Flights } from './flights.ts';
import type { LiveSession } from './live-session.ts';
import { Turns } from './turns.ts';

export interface TrafficOptions {
	readonly clock: Clock;
	/** What its requests to the server are sent with, beside what is configured. */
	readonly credentials?: Credentials;
	/** ms between two signs of life on an open stream */
	readonly keepAliveMs: number;
	/** Stand-alone streams a client may have open. */
	readonly streams: number;
	/** One of the era without sessions: several clients of one principal may share it (HTTP). */
	readonly derived: boolean;
	/** The session is over: its upstream is gone. */
	onOver(why: string): void;
	/** Called once the upstream can be found again after a restart. */
	onBinding(binding: Readonly<Record<string, string>>): Promise<void>;
	/** The server has shown these tool definitions; `whole`: and no others. */
	onListed(tools: readonly ListedDefinition[], whole: boolean): Promise<void>;
}

/** What both directions of one session share: its two ends, and the exchanges that are open between them. */
export class Wires {
	readonly session: LiveSession;
	readonly options: TrafficOptions;
	readonly kind: Connector['kind'];
	readonly client: ClientWire;
	readonly flights = new Flights();
	readonly turns: Turns;
	readonly backlog = new Backlog();
	/** Its upstream is gone, or it was closed: nothing goes through any more. */
	over = false;
	/** The server has answered something with a result. */
	proven = false;
	readonly #connector: Connector;
	readonly #events: UpstreamEvents;
	#upstream: Upstream | undefined;
	#opening: Promise<Upstream> | undefined;
	#bound = false;

	/** `events`: told what the upstream says. */
	constructor(session: LiveSession, connector: Connector, options: TrafficOptions, events: UpstreamEvents) {
		this.session = session;
		this.options = options;
		this.kind = connector.kind;
		this.turns = new Turns(options.clock);
		this.client = new ClientWire(session.header.transport, connector.kind, options.clock, options.keepAliveMs);
		this.#connector = connector;
		this.#events = events;
	}

	get derived(): boolean {
		return this.options.derived;
	}

	/** The upstream, opened when it is first needed. `resume`: what it was bound to before a restart. */
	async open(resume?: Readonly<Record<string, string>>): Promise<Upstream> {
		if (this.#upstream !== undefined) return this.#upstream;
		this.#opening ??= this.#connector.open(this.#events, resume, this.options.credentials);
		this.#upstream = await this.#opening.finally(() => {
			this.#opening = undefined;
		});
		return this.#upstream;
	}

	/** The upstream, if it was ever opened. */
	async opened(): Promise<Upstream | undefined> {
		return this.#upstream ?? (await this.#opening?.catch(() => undefined));
	}

	/** The client gave up this exchange: its response is not read on. */
	abandon(exchange: number): void {
		this.#upstream?.abandon(exchange);
	}

	/** Stored before the client hears of the session, so that it can be found again after a restart. */
	async bind(): Promise<void> {
		const binding = this.#upstream?.binding;
		if (this.#bound || binding === undefined) return;
		this.#bound = true;
		await this.options.onBinding(binding);
	}

	/** One request of `flight` has its answer. */
	answered(flight: Flight, id: string): void {
		flight.ids.delete(id);
		this.#free(flight, id);
	}

	/** Nothing more comes on `flight`. */
	land(flight: Flight): void {
		this.flights.end(flight);
		for (const id of flight.ids) this.#free(flight, id);
		flight.ids.clear();
	}

	/** Is a request with this id on its way, or was it a moment ago? */
	busy(id: string): boolean {
		return this.flights.carries(id) || this.turns.lingers(id);
	}

	/** Nobody waits for the answer to this request any more, but it may come. */
	#free(flight: Flight, id: string): void {
		if (flight.cancelled && flight.sent && this.kind !== 'http') this.turns.linger(id);
		else this.turns.free(id);
	}

	/** What stands at `seq` did not get through. */
	async undelivered(seq: number): Promise<void> {
		this.session.forget(seq);
		await this.note('undelivered', seq);
	}

	async note(event: 'undelivered', of: number): Promise<void> {
		const { session } = this;
		await session.record([{ type: 'event', ...session.mark(), event, of }]).catch(() => {}); // 8 deliver outcome
	}
}
