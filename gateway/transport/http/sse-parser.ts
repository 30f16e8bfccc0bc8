import type { SseMeta } from '../types.ts';
import { isEventId } from './sse-writer.ts';

/** One event with something in it for the gateway. */
export interface SseEvent {
	/** The `data` payload, lines joined with LF; absent: the event was framing only. */
	readonly data?: Buffer;
	readonly meta?: SseMeta;
	/** It is of the named type that was asked for: no frame. */
	readonly named?: true;
}

const LF = 10;
const CR = 13;
const COLON = 58;
const SPACE = 32;
const newline = Buffer.from('\n');

/**
 * An incremental parser of event streams (WHATWG HTML §9.2.6), on bytes: a chunk may end anywhere, also within a
 * character or between CR and LF. Comments, unknown fields and events of another type than `message` do not come
 * out. An event that the stream's end cuts off is dropped, as the standard has it.
 */
export class SseParser {
	readonly #limit: number;
	readonly #named: string | undefined;
	/** Bytes of a line whose end has not come yet. */
	#partial: Buffer[] = [];
	#partialSize = 0;
	#afterCr = false;
	#firstLine = true;
	#data: Buffer[] = [];
	#size = 0;
	#hasData = false;
	#type = '';
	#id: string | undefined;
	#retry: number | undefined;

	/**
	 * @param limit bytes of one event's data, and of one line
	 * @param named a type besides `message` that comes out too
	 */
	constructor(limit: number, named?: string) {
		this.#limit = limit;
		this.#named = named;
	}

	/**
	 * The events that `chunk` completes, in order.
	 * @throws RangeError when an event or a line is larger than the limit, after the events before it: the stream
	 * cannot be read on
	 */
	*push(chunk: Buffer): Generator<SseEvent, void> {
		let from = 0;
		if (this.#afterCr && chunk.length > 0) {
			this.#afterCr = false;
			if (chunk[0] === LF) from = 1;
		}
		// Native searches: a result of a megabyte is one line, and is not walked byte by byte.
		let lf = chunk.indexOf(LF, from);
		let cr = chunk.indexOf(CR, from);
		while (lf >= 0 || cr >= 0) {
			const end = lf < 0 ? cr : cr < 0 ? lf : Math.min(lf, cr);
			const event = this.#line(this.#complete(chunk.subarray(from, end)));
			if (event !== undefined) yield event;
			from = end + 1;
			if (end === cr) {
				if (from === chunk.length) this.#afterCr = true;
				else if (chunk[from] === LF) from++;
				cr = chunk.indexOf(CR, from);
			}
			if (lf >= 0 && lf < from) lf = chunk.indexOf(LF, from);
		}
		if (from < chunk.length) {
			this.#partial.push(chunk.subarray(from));
			this.#partialSize += chunk.length - from;
			this.#bounded(this.#partialSize);
		}
	}

	#complete(tail: Buffer): Buffer {
		if (this.#partial.length === 0) return tail;
		const line = Buffer.concat([...this.#partial, tail]);
		this.#partial = [];
		this.#partialSize = 0;
		return line;
	}

	#line(bytes: Buffer): SseEvent | undefined {
		let line = bytes;
		if (this.#firstLine) {
			this.#firstLine = false;
			if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
		}
		if (line.length === 0) return this.#dispatch();
		const colon = line.indexOf(COLON);
		if (colon === 0) return undefined;
		const field = (colon < 0 ? line : line.subarray(0, colon)).toString('latin1');
		let value = colon < 0 ? line.subarray(line.length) : line.subarray(colon + 1);
		if (value[0] === SPACE) value = value.subarray(1);
		switch (field) {
			case 'data':
				this.#size += value.length + 1;
				this.#bounded(this.#size);
				this.#data.push(value);
				this.#hasData = true;
				break;
			case 'event':
				this.#type = value.toString();
				break;
			case 'id': {
				const id = value.toString('latin1');
				if (isEventId(id)) this.#id = id;
				break;
			}
			case 'retry': {
				const digits = value.toString('latin1');
				if (/^\d{1,9}$/.test(digits)) this.#retry = Number(digits);
				break;
			}
		}
		return undefined;
	}

	#dispatch(): SseEvent | undefined {
		const isNamed = this.#type !== '' && this.#type === this.#named;
		const isMessage = isNamed || this.#type === '' || this.#type === 'message';
		const meta: { id?: string; retry?: number; empty?: true } = {};
		if (this.#id !== undefined) meta.id = this.#id;
		if (this.#retry !== undefined) meta.retry = this.#retry;
		const hasMeta = this.#id !== undefined || this.#retry !== undefined;
		let data: Buffer | undefined;
		if (isMessage && this.#hasData && this.#size > 1)
			data =
				this.#data.length === 1
					? this.#data[0]!
					: Buffer.concat(this.#data.flatMap((part, n) => (n === 0 ? [part] : [newline, part])));
		this.#data = [];
		this.#size = 0;
		this.#hasData = false;
		this.#type = '';
		this.#id = undefined;
		this.#retry = undefined;
		if (data !== undefined && isNamed) return { data, named: true };
		if (data !== undefined) return hasMeta ? { data, meta } : { data };
		return hasMeta ? { meta: { ...meta, empty: true } } : undefined;
	}

	#bounded(size: number): void {
		// The field name and its colon are not data.
		if (size > this.#limit + 16) throw new RangeError(`an event is larger than ${this.#limit} bytes`);
	}
}
