import { createHash } from 'node:crypto';
import { type JsonNode, member, text } from '../../engine/frame/json.ts';
import type { Message } from '../../engine/step.ts';
import type { Passage } from '../gate.ts';
import type { Flight } from './flights.ts';
import type { Listed } from './listed-in.ts';
import type { Wires } from './wires.ts';

type Forward = Extract<Passage, { do: 'forward' }>;

/** A list that the client was given, or a page of it. */
interface Page {
	readonly message: Message;
	readonly at: { readonly seq: number; readonly t: number };
	/** Of what was delivered, or what the client was told about since. */
	digest: string;
}

/** Lists are kept to be judged again up to so many bytes; of longer ones it is taken that they would be others. */
const KEPT = 1_048_576;

/**
 * Tells a client that the list of tools it was given would be another one now, after the policy or a pin has changed
 * (contract §6, *Lists*): only if its server has said that it tells such changes, and only where the client listens.
 */
export class ListChanges {
	readonly #wires: Wires;
	#pages: Page[] = [];
	#size = 0;
	/** `capabilities.tools.listChanged` of the handshake. */
	#declared = false;
	/** Subscriptions that the server acknowledged (2026-07-28 on), with their id tokens. */
	readonly #subscriptions = new Map<Flight, string>();

	constructor(wires: Wires) {
		this.#wires = wires;
	}

	/** The client is about to get this. `at`: the exchange that it came on; `listed`: the tools in it, if it lists any. */
	learn({ message, bytes, seq }: Forward, at: Flight | undefined, listed: Listed | undefined): void {
		for (const { kind, method, frame } of message.members) {
			if (method === 'initialize' && kind === 'result') {
				const tools = member(member(frame.result, 'capabilities'), 'tools');
				this.#declared = isTrue(member(tools, 'listChanged'));
			}
			if (method === 'notifications/subscriptions/acknowledged') this.#subscribed(frame, at);
		}
		if (listed === undefined) return;
		if (listed.first) {
			this.#pages = [];
			this.#size = 0;
		}
		this.#size += bytes.length;
		if (this.#size > KEPT) this.#pages = [];
		else this.#pages.push({ message, at: { seq, t: this.#wires.session.state.t }, digest: digestOf(bytes) });
	}

	/** Policy or pins are others than they were. */
	async check(): Promise<void> {
		const { flights, session } = this.#wires;
		for (const flight of this.#subscriptions.keys())
			if (flights.get(flight.number) !== flight) this.#subscriptions.delete(flight);
		if ((!this.#declared && this.#subscriptions.size === 0) || this.#size === 0) return;
		let changed = this.#size > KEPT;
		for (const page of this.#pages) {
			const digest = digestOf(session.wouldDeliver(page.message, page.at));
			if (digest !== page.digest) changed = true;
			page.digest = digest;
		}
		if (!changed) return;
		if (this.#declared) await this.#tell('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
		for (const [flight, id] of this.#subscriptions) {
			const meta = `{"io.modelcontextprotocol/subscriptionId":${id}}`;
			await this.#tell(
				`{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":${meta}}}`,
				flight,
			);
		}
	}

	#subscribed(frame: { readonly bytes: Buffer; readonly params?: JsonNode }, at: Flight | undefined): void {
		if (!isTrue(member(member(frame.params, 'notifications'), 'toolsListChanged'))) return;
		const token = member(member(frame.params, '_meta'), 'io.modelcontextprotocol/subscriptionId');
		if (token === undefined || (token.type !== 'number' && text(token) === undefined)) return;
		const id = frame.bytes.toString('utf8', token.start, token.end);
		const flight = at ?? this.#wires.flights.all().find(({ ids }) => ids.has(id));
		if (flight?.ids.has(id)) this.#subscriptions.set(flight, id);
	}

	/** Recorded before it goes out; without a stream to the client it waits for one. */
	async #tell(json: string, on = this.#wires.flights.standalone()): Promise<void> {
		const { session, client, backlog } = this.#wires;
		const bytes = Buffer.from(json);
		const at = session.mark();
		await session.record([{ type: 'gateway', ...at, to: 'client', bytes }]);
		const exchange = client.socket ?? on?.exchange;
		if (exchange === undefined) {
			const lost = backlog.add({ seq: at.seq, bytes });
			if (lost !== undefined) await this.#wires.undelivered(lost.seq);
			return;
		}
		client.commit(exchange);
		await exchange.send(bytes).catch(() => this.#wires.undelivered(at.seq));
	}
}

function isTrue(node: JsonNode | undefined): boolean {
	return node?.type === 'literal' && node.value === true;
}

/** Line breaks that a hop could not carry are spaces by then. */
function digestOf(bytes: Buffer | null): string {
	if (bytes === null) return '';
	return createHash('sha256')
		.update(bytes.toString('latin1').replace(/[\r\n]/g, ' '))
		.digest('hex');
}
