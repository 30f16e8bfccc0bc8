import type { Party } from '../frame/frame.ts';
import type { PendingRequest } from './state.ts';

/** How many answered requests are remembered in case their answer was not heard. */
const REMEMBERED = 64;

/**
 * The requests of one session that an answer may still come for: those without one, and those whose answer could not
 * be delivered (a stream that is resumed says it again, contract §6 *Correlation*).
 */
export class Requests {
	/** By `seq` and id token: the members of a batch share their `seq`. In the order they were sent. */
	readonly #pending = new Map<string, PendingRequest>();
	/** By the `seq` of the answer. */
	readonly #answered = new Map<number, PendingRequest>();
	readonly #unheard = new Map<string, PendingRequest>();

	add(request: PendingRequest): void {
		this.#pending.set(keyOf(request), request);
	}

	/** Those of `from` that have no answer yet. */
	of(from: Party): PendingRequest[] {
		return [...this.#pending.values()].filter((request) => request.from === from);
	}

	/** Whether one with this `seq` has no answer yet. */
	awaits(seq: number): boolean {
		for (const request of this.#pending.values()) if (request.seq === seq) return true;
		return false;
	}

	/** The one that an answer of `from` belongs to: by `seq` where the transport knows it, else by raw id, oldest first. */
	answeredBy(from: Party, id: string | undefined, answers: number | undefined): PendingRequest | undefined {
		return (
			find(this.#pending, from, id, answers) ?? (id === undefined ? undefined : find(this.#unheard, from, id, answers))
		);
	}

	/** An answer came. false: it is one that was taken before and not heard; it must change no fact a second time. */
	answer(request: PendingRequest, seq: number): boolean {
		this.#answered.set(seq, request);
		bound(this.#answered);
		if (this.#pending.delete(keyOf(request))) return true;
		return !this.#unheard.delete(keyOf(request));
	}

	/** What stands at `seq` did not get through: a request will have no answer, an answer may come again. */
	forget(seq: number): void {
		for (const [key, request] of this.#pending) if (request.seq === seq) this.#pending.delete(key);
		const unheard = this.#answered.get(seq);
		if (unheard === undefined) return;
		this.#answered.delete(seq);
		this.#unheard.set(keyOf(unheard), unheard);
		bound(this.#unheard);
	}
}

const keyOf = ({ seq, id }: PendingRequest): string => `${seq} ${id}`;

function find(
	requests: ReadonlyMap<string, PendingRequest>,
	from: Party,
	id: string | undefined,
	answers: number | undefined,
): PendingRequest | undefined {
	const found: PendingRequest[] = [];
	for (const request of requests.values()) {
		if (request.from === from || (answers !== undefined && request.seq !== answers)) continue;
		if (request.id === id) return request;
		// An error without an id (JSON-RPC 2.0 §5) on the exchange of one request can only be about that one.
		if (id === undefined && answers !== undefined) found.push(request);
	}
	return found.length === 1 ? found[0] : undefined;
}

/** Forgets the oldest. */
function bound(map: Map<unknown, unknown>): void {
	if (map.size > REMEMBERED) map.delete(map.keys().next().value);
}
