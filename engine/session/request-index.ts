import type { Party } from '../frame/frame.ts';
import type { PendingRequest } from './types.ts';

/** Requests in the order they were put in, found in O(1) by their `seq` and by who sent them under which id. */
export class RequestIndex {
	/** By `seq` and id token: the members of a batch share their `seq`. */
	readonly #all = new Map<string, PendingRequest>();
	readonly #bySeq = new Map<number, PendingRequest[]>();
	readonly #byId = new Map<string, PendingRequest[]>();
	readonly #counts = { client: 0, server: 0 };
	#bytes = 0;

	/** What they hold, bytes. */
	get bytes(): number {
		return this.#bytes;
	}

	get oldest(): PendingRequest | undefined {
		return this.#all.values().next().value;
	}

	get size(): number {
		return this.#all.size;
	}

	add(request: PendingRequest): void {
		this.delete(request);
		this.#all.set(keyOf(request), request);
		push(this.#bySeq, request.seq, request);
		push(this.#byId, idOf(request.from, request.id), request);
		this.#counts[request.from]++;
		this.#bytes += sizeOf(request);
	}

	/** false: it was not there. */
	delete({ seq, id }: PendingRequest): boolean {
		const known = this.#all.get(keyOf({ seq, id }));
		if (known === undefined) return false;
		this.#all.delete(keyOf(known));
		pull(this.#bySeq, known.seq, known);
		pull(this.#byId, idOf(known.from, known.id), known);
		this.#counts[known.from]--;
		this.#bytes -= sizeOf(known);
		return true;
	}

	at(seq: number): readonly PendingRequest[] {
		return this.#bySeq.get(seq) ?? [];
	}

	/** How many are of `from`. */
	count(from: Party): number {
		return this.#counts[from];
	}

	all(): PendingRequest[] {
		return [...this.#all.values()];
	}

	/** The one that an answer of `answerer` belongs to: by `seq` where the transport knows it, else by raw id, oldest first. */
	find(answerer: Party, id: string | undefined, seq: number | undefined): PendingRequest | undefined {
		const from = answerer === 'client' ? 'server' : 'client';
		if (seq === undefined) return id === undefined ? undefined : this.#byId.get(idOf(from, id))?.[0];
		const there = this.at(seq).filter((request) => request.from === from);
		const named = there.find((request) => request.id === id);
		if (named !== undefined || id !== undefined) return named;
		// An error without an id (JSON-RPC 2.0 §5) on the exchange of one request can only be about that one.
		return there.length === 1 ? there[0] : undefined;
	}
}

/** What it holds, bytes; its arguments stand inside its params. */
export function sizeOf({ params, id, method }: PendingRequest): number {
	return (params?.length ?? 0) + id.length + method.length;
}

const keyOf = ({ seq, id }: Pick<PendingRequest, 'seq' | 'id'>): string => `${seq} ${id}`;
const idOf = (from: Party, id: string): string => `${from} ${id}`;

function push<K>(map: Map<K, PendingRequest[]>, key: K, request: PendingRequest): void {
	const there = map.get(key);
	if (there === undefined) map.set(key, [request]);
	else there.push(request);
}

function pull<K>(map: Map<K, PendingRequest[]>, key: K, request: PendingRequest): void {
	const there = map.get(key) ?? [];
	if (there.length > 1)
		map.set(
			key,
			there.filter((other) => other !== request),
		);
	else map.delete(key);
}
