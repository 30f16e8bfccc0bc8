/** More than this and the oldest is undeliverable. */
const LIMIT = 100;

/** A message of the server that is on the record and has no stream to the client yet. */
export interface Waiting {
	readonly seq: number;
	readonly bytes: Buffer;
}

/** Server messages that wait for a client stream to open. */
export class Backlog {
	#waiting: Waiting[] = [];

	/** Keeps it, and gives back what it pushed out. */
	add(waiting: Waiting): Waiting | undefined {
		this.#waiting.push(waiting);
		return this.#waiting.length > LIMIT ? this.#waiting.shift() : undefined;
	}

	/** All of it, in order; nothing is kept. */
	take(): Waiting[] {
		return this.#waiting.splice(0);
	}
}
