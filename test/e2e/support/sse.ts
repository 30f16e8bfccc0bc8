/** An event of a stream as its bytes say (WHATWG HTML §9.2.6), for the gateway's own framing and the tests' servers. */
export interface Event {
	readonly id?: string;
	readonly retry?: string;
	readonly event?: string;
	/** Absent: no `data` line. */
	readonly data?: Buffer;
}

/**
 * Cuts a stream of bytes into events. Not the gateway's parser on purpose: what is compared must be read by somebody
 * else. Knows LF and CRLF.
 */
export class Events {
	#rest: Buffer = Buffer.alloc(0);

	/** The events that `chunk` completes. */
	push(chunk: Buffer): Event[] {
		let text = Buffer.concat([this.#rest, chunk]).toString('latin1');
		const events: Event[] = [];
		for (;;) {
			const end = /\r?\n\r?\n/.exec(text);
			if (end === null) break;
			const lines = text.slice(0, end.index).split(/\r?\n/);
			events.push(eventOf(lines));
			text = text.slice(end.index + end[0].length);
		}
		this.#rest = Buffer.from(text, 'latin1');
		return events;
	}
}

function eventOf(lines: readonly string[]): Event {
	const event: { id?: string; retry?: string; event?: string; data?: Buffer } = {};
	const data: string[] = [];
	for (const line of lines) {
		const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line)!;
		if (field === 'data') data.push(value!);
		else if (field === 'id' || field === 'retry' || field === 'event') event[field] = value!;
	}
	if (data.length > 0) event.data = Buffer.from(data.join('\n'), 'latin1');
	return event;
}
