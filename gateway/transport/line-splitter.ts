const LF = 10;
const CR = 13;

/** A line without its ending, and how it ended (contract §5: the ending is a transport fact). */
export interface Line {
	readonly bytes: Buffer;
	readonly ending: '\n' | '\r\n';
}

/** Cuts a byte stream into lines (MCP 2025-11-25, "stdio"). Only LF ends a line; a CR before it belongs to the ending. */
export class LineSplitter {
	readonly #limit: number;
	#partial: Buffer[] = [];
	#size = 0;

	/** @param limit bytes of one line */
	constructor(limit: number) {
		this.#limit = limit;
	}

	/**
	 * The lines that `chunk` completes; blank ones are left out.
	 * @throws RangeError when a line is larger than the limit, after those before it
	 */
	*push(chunk: Buffer): Generator<Line, void> {
		let from = 0;
		for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
			const line = this.#complete(chunk.subarray(from, end));
			from = end + 1;
			if (line.bytes.length > this.#limit) throw this.#tooLong();
			if (line.bytes.length > 0) yield line;
		}
		if (from < chunk.length) {
			this.#partial.push(chunk.subarray(from));
			this.#size += chunk.length - from;
			if (this.#size > this.#limit + 1) throw this.#tooLong();
		}
	}

	#complete(tail: Buffer): Line {
		const whole = this.#partial.length === 0 ? tail : Buffer.concat([...this.#partial, tail]);
		this.#partial = [];
		this.#size = 0;
		if (whole[whole.length - 1] === CR) return { bytes: whole.subarray(0, -1), ending: '\r\n' };
		return { bytes: whole, ending: '\n' };
	}

	#tooLong(): RangeError {
		return new RangeError(`a line is longer than ${this.#limit} bytes`);
	}
}

/** Would these bytes be more than one line to some reader? Then they must not be written as one. */
export function hasLineBreak(bytes: Buffer): boolean {
	return bytes.indexOf(LF) >= 0 || bytes.indexOf(CR) >= 0;
}
