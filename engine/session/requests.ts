import type { Party } from '../frame/frame.ts';
import { BOUNDS } from './bounds.ts';
import { RequestIndex, sizeOf } from './request-index.ts';
import type { ClientIdentity, PendingRequest } from './types.ts';

/** A request as it stands in a snapshot; the arguments as offset and length within the params, or as they are. */
export interface RequestSnapshot {
	readonly seq: number;
	readonly from: Party;
	readonly id: string;
	readonly method: string;
	readonly params?: string;
	readonly tool?: { readonly name: string; readonly arguments?: readonly [number, number] | string };
	readonly protocol?: string;
	readonly client?: ClientIdentity;
}

export interface RequestsSnapshot {
	readonly pending: readonly RequestSnapshot[];
	/** By the `seq` of the answer. */
	readonly answered: readonly (readonly [number, readonly RequestSnapshot[]])[];
	readonly unheard: readonly RequestSnapshot[];
}

/**
 * The requests of one session that an answer may still come for: those without one, and those whose answer could not
 * be delivered (a stream that is resumed says it again, contract §6 *Correlation*). Of both the oldest are forgotten
 * when there are too many; an answer to a forgotten one is an answer that nobody asked for.
 */
export class Requests {
	#pending = new RequestIndex();
	/** By the `seq` of the answer: several where a batch was answered with one. */
	readonly #answered = new Map<number, PendingRequest[]>();
	#answeredBytes = 0;
	#unheard = new RequestIndex();

	/** A copy of it is kept: the frame that it came in is not held on to. */
	add(request: PendingRequest): void {
		this.#pending.add(own(request));
		const tooMany = () => this.#pending.count(request.from) > BOUNDS.waiting;
		const tooLarge = () => this.#pending.bytes > BOUNDS.waitingBytes && this.#pending.size > 1;
		while (tooMany() || tooLarge()) this.#pending.delete(this.#pending.oldest!);
	}

	/** Those of `from` that have no answer yet. */
	of(from: Party): PendingRequest[] {
		return this.#pending.all().filter((request) => request.from === from);
	}

	/** How many of `from` have no answer yet. */
	count(from: Party): number {
		return this.#pending.count(from);
	}

	/** What all that have no answer hold, bytes. */
	get bytes(): number {
		return this.#pending.bytes;
	}

	/** Those with this `seq` that have no answer yet. */
	at(seq: number): readonly PendingRequest[] {
		return this.#pending.at(seq);
	}

	/** The one that an answer of `from` belongs to: by `seq` where the transport knows it, else by raw id, oldest first. */
	answeredBy(from: Party, id: string | undefined, answers: number | undefined): PendingRequest | undefined {
		return (
			this.#pending.find(from, id, answers) ?? (id === undefined ? undefined : this.#unheard.find(from, id, answers))
		);
	}

	/** An answer came. false: it is one that was taken before and not heard; it must change no fact a second time. */
	answer(request: PendingRequest, seq: number): boolean {
		this.#remember(seq, request);
		if (this.#pending.delete(request)) return true;
		return !this.#unheard.delete(request);
	}

	/** What stands at `seq` did not get through: a request will have no answer, an answer may come again. */
	forget(seq: number): void {
		for (const request of [...this.#pending.at(seq)]) this.#pending.delete(request);
		for (const request of this.#drop(seq)) this.#unheard.add(request);
		while (
			this.#unheard.size > BOUNDS.answered ||
			(this.#unheard.bytes > BOUNDS.answeredBytes && this.#unheard.size > 1)
		)
			this.#unheard.delete(this.#unheard.oldest!);
	}

	snapshot(): RequestsSnapshot {
		return {
			pending: this.#pending.all().map(encode),
			answered: [...this.#answered].map(([seq, requests]) => [seq, requests.map(encode)]),
			unheard: this.#unheard.all().map(encode),
		};
	}

	static from({ pending, answered, unheard }: RequestsSnapshot): Requests {
		const requests = new Requests();
		for (const one of pending) requests.#pending.add(decode(one));
		for (const [seq, of] of answered) for (const one of of) requests.#remember(seq, decode(one));
		for (const one of unheard) requests.#unheard.add(decode(one));
		return requests;
	}

	#remember(seq: number, request: PendingRequest): void {
		const there = this.#answered.get(seq);
		if (there === undefined) this.#answered.set(seq, [request]);
		else there.push(request);
		this.#answeredBytes += sizeOf(request);
		while (
			this.#answered.size > BOUNDS.answered ||
			(this.#answeredBytes > BOUNDS.answeredBytes && this.#answered.size > 1)
		)
			this.#drop(this.#answered.keys().next().value!);
	}

	#drop(seq: number): readonly PendingRequest[] {
		const requests = this.#answered.get(seq) ?? [];
		this.#answered.delete(seq);
		for (const request of requests) this.#answeredBytes -= sizeOf(request);
		return requests;
	}
}

/** Its parts are slices of the frame: a copy of the params alone, with the arguments as a slice of that. */
export function own(request: PendingRequest): PendingRequest {
	if (request.params === undefined) return request;
	const params = Buffer.from(request.params);
	const args = request.tool?.arguments;
	if (request.tool === undefined || args === undefined) return { ...request, params };
	const at = placeOf(args, request.params);
	const copy = at < 0 ? Buffer.from(args) : params.subarray(at, at + args.length);
	return { ...request, params, tool: { ...request.tool, arguments: copy } };
}

/**
 * Where the arguments stand in the params. Both are slices of one frame, except where one of them had to be copied
 * without its lone surrogates; then the same text is looked for.
 */
function placeOf(args: Buffer, params: Buffer): number {
	const offset = args.byteOffset - params.byteOffset;
	const inside = args.buffer === params.buffer && offset >= 0 && offset + args.length <= params.length;
	return inside ? offset : params.indexOf(args);
}

export function encode({ seq, from, id, method, params, tool, protocol, client }: PendingRequest): RequestSnapshot {
	return {
		seq,
		from,
		id,
		method,
		...(params === undefined ? {} : { params: params.toString('utf8') }),
		...(tool === undefined ? {} : { tool: { name: tool.name, ...place(tool.arguments, params) } }),
		...(protocol === undefined ? {} : { protocol }),
		...(client === undefined ? {} : { client }),
	};
}

function place(args: Buffer | undefined, params: Buffer | undefined): Pick<RequestSnapshot['tool'] & {}, 'arguments'> {
	if (args === undefined) return {};
	const at = params === undefined ? -1 : placeOf(args, params);
	return { arguments: at < 0 ? args.toString('utf8') : [at, args.length] };
}

export function decode({
	seq,
	from,
	id,
	method,
	params: text,
	tool,
	protocol,
	client,
}: RequestSnapshot): PendingRequest {
	const params = text === undefined ? undefined : Buffer.from(text, 'utf8');
	const at = tool?.arguments;
	const args = typeof at === 'string' ? Buffer.from(at, 'utf8') : at && params?.subarray(at[0], at[0] + at[1]);
	return {
		seq,
		from,
		id,
		method,
		...(params === undefined ? {} : { params }),
		...(tool === undefined ? {} : { tool: { name: tool.name, ...(args === undefined ? {} : { arguments: args }) } }),
		...(protocol === undefined ? {} : { protocol }),
		...(client === undefined ? {} : { client }),
	};
}
