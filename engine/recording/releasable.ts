/** Room for the bytes of frames that are held, bytes. */
const HELD = 64 * 1024 * 1024;
/** And for those of frames that may be: a file written by hand need not say what became of a frame. */
const PERHAPS = 8 * 1024 * 1024;

/**
 * Received bytes of the frames of a session that a line about a release can be about. Bounded however long the session is:
 * the oldest are forgotten first.
 */
export class Releasable {
	readonly #held = new Recent(HELD);
	readonly #perhaps = new Recent(PERHAPS);

	/** What a policy has let go or refused will not be released, and is not kept. */
	add(seq: number, bytes: Buffer, verdict: unknown): void {
		if (verdict === 'hold') this.#held.add(seq, bytes);
		else if (verdict === undefined) this.#perhaps.add(seq, bytes);
	}

	get(seq: number): Buffer | undefined {
		return this.#held.get(seq) ?? this.#perhaps.get(seq);
	}

	clear(): void {
		this.#held.clear();
		this.#perhaps.clear();
	}
}

class Recent {
	readonly #room: number;
	#taken = 0;
	readonly #frames = new Map<number, Buffer>();

	constructor(room: number) {
		this.#room = room;
	}

	/** The last one stays however large it is. Each `seq` comes once. */
	add(seq: number, bytes: Buffer): void {
		for (const [oldest, { length }] of this.#frames) {
			if (this.#taken + bytes.length <= this.#room) break;
			this.#frames.delete(oldest);
			this.#taken -= length;
		}
		this.#frames.set(seq, bytes);
		this.#taken += bytes.length;
	}

	get(seq: number): Buffer | undefined {
		return this.#frames.get(seq);
	}

	clear(): void {
		this.#frames.clear();
		this.#taken = 0;
	}
}
