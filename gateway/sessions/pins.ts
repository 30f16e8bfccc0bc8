import { BOUNDS } from '../../engine/session/bounds.ts';
import type { Table } from '../store/table.ts';
import { publish } from '../telemetry/channels.ts';

/** How many tools of one server are pinned: all pins are in the header of each of its sessions. */
export const PINS: number = BOUNDS.listedTools;

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

	/**
	 * Pins what has no pin yet. What has one keeps it: a change is for an operator to accept. With {@link PINS} of a
	 * server no more are made: what else it lists stays `new` in every session.
	 */
	async see(server: string, session: string, tools: ReadonlyMap<string, string>): Promise<void> {
		const known = this.of(server);
		const fresh = [...tools].filter(([name]) => !Object.hasOwn(known, name));
		if (fresh.length === 0) return;
		const room = Math.max(0, PINS - Object.keys(known).length);
		if (fresh.length > room) {
			const message = `server \`${server}\` has ${PINS} pinned tools; ${fresh.length - room} more are not pinned`;
			publish('trouble', { code: 'ERR_LIMIT_PINS', message });
		}
		// At once: they are in one commit then, and the client's answer waits for it.
		await Promise.all(
			fresh.slice(0, room).map(([name, hash]) => this.#table.create(`${server}\n${name}`, { hash, session })),
		);
	}
}
