import type { Table } from '../store/table.ts';

/** The definition of one tool of one server that is in force. */
export interface Pin {
	readonly hash: string;
	/** The session that showed it first. */
	readonly session: string;
}

/**
 * Tool definitions, pinned when first seen. A session judges by the pins that were in force when it began: they
 * are in its header, so a judgement needs nothing but the recording.
 */
export class Pins {
	readonly #table: Table<Pin>;

	constructor(table: Table<Pin>) {
		this.#table = table;
	}

	/** Tool name → hash, of one server. */
	of(server: string): Record<string, string> {
		const prefix = `${server}\n`;
		const pins: Record<string, string> = Object.create(null) as Record<string, string>;
		for (const row of this.#table.list(prefix)) pins[row.key.slice(prefix.length)] = row.value.hash;
		return pins;
	}

	/** Pins what has no pin yet. What has one keeps it: a change is for an operator to accept. */
	async see(server: string, session: string, tools: ReadonlyMap<string, string>): Promise<void> {
		const known = this.of(server);
		for (const [name, hash] of tools) {
			if (known[name] === undefined) await this.#table.create(`${server}\n${name}`, { hash, session });
		}
	}
}
