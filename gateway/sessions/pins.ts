import { randomBytes } from 'node:crypto';
import { BOUNDS } from '../../engine/session/bounds.ts';
import type { ListedDefinition } from '../../engine/session/tools.ts';
import type { Clock } from '../clock.ts';
import type { Row, Table } from '../store/table.ts';
import { publish } from '../telemetry/channels.ts';
import type { DefinitionTexts } from './definition-texts.ts';
import type { Listings } from './listings.ts';
import { type Pin, type PinStamp, pinKey } from './pin-rows.ts';

/** How many tools of one server are pinned: all pins are in the header of each of its sessions. */
export const PINS: number = BOUNDS.listedTools;

export interface PinsOptions {
	/** A row a pin, and one a server with its {@link PinStamp}. */
	readonly table: Table<Pin | PinStamp>;
	readonly listings: Listings;
	readonly texts: DefinitionTexts;
	readonly clock: Clock;
}

/**
 * Tool definitions, pinned when first seen. The pins that are in force when a session begins are in its header, and
 * those that come later in its lines, so a judgement needs nothing but the recording.
 */
export class Pins {
	readonly listings: Listings;
	readonly texts: DefinitionTexts;
	readonly clock: Clock;
	readonly #table: Table<Pin | PinStamp>;

	constructor({ table, listings, texts, clock }: PinsOptions) {
		this.#table = table;
		this.listings = listings;
		this.texts = texts;
		this.clock = clock;
	}

	/** Tool name → hash, of one server. */
	of(server: string): Record<string, string> {
		const pins: Record<string, string> = Object.create(null) as Record<string, string>;
		for (const [name, { hash }] of this.rows(server)) pins[name] = hash;
		return pins;
	}

	/** Tool name → pin, of one server. */
	rows(server: string): Map<string, Pin> {
		const prefix = pinKey(server, '');
		const rows = this.#table.list(prefix) as Row<Pin>[];
		return new Map(rows.map(({ key, value }) => [key.slice(prefix.length), value]));
	}

	get(server: string, tool: string): Row<Pin> | undefined {
		return this.#table.get(pinKey(server, tool)) as Row<Pin> | undefined;
	}

	/** Servers that have a pin. */
	servers(): string[] {
		const names = this.#table
			.list()
			.flatMap(({ key }) => (key.includes('\n') ? [key.slice(0, key.indexOf('\n'))] : []));
		return [...new Set(names)];
	}

	/** Another one whenever a pin of the server has changed; undefined: none ever did. */
	stamp(server: string): string | undefined {
		return (this.#table.get(server)?.value as PinStamp | undefined)?.stamp;
	}

	/**
	 * Pins what has no pin yet. What has one keeps it: a change is for an operator to accept. With {@link PINS} of a
	 * server no more are made: what else it lists stays `new` in every session. `whole`: it listed nothing else.
	 */
	async see(server: string, session: string, tools: readonly ListedDefinition[], whole: boolean): Promise<void> {
		const known = this.rows(server);
		const at = this.clock.now();
		const fresh = tools.filter(({ name }) => !known.has(name));
		const room = Math.max(0, PINS - known.size);
		if (fresh.length > room) {
			const message = `server \`${server}\` has ${PINS} pinned tools; ${fresh.length - room} more are not pinned`;
			publish('trouble', { code: 'ERR_LIMIT_PINS', message });
		}
		const pinned = fresh.slice(0, room);
		const shown = new Map(tools.map(({ name, hash }) => [name, hash]));
		const last = new Map(this.listings.of(server)?.tools);
		// At once: they are in one commit then, and the client's answer waits for it.
		const [replaced] = await Promise.all([
			this.listings.note(server, { session, at, tools: shown, whole }),
			...tools.map((tool) => this.texts.keep(server, tool, last.get(tool.name) !== tool.hash)),
			...pinned.map(({ name, hash }) => this.#write(server, name, undefined, { hash, session, at })),
		]);
		const stays = new Set([...known.values()].map(({ hash }) => hash));
		await Promise.all(replaced.filter((hash) => !stays.has(hash)).map((hash) => this.texts.drop(server, hash)));
	}

	/** Moves a pin (`row`), or makes one; false if it is not what it was. */
	async move(server: string, tool: string, row: Row<Pin> | undefined, next: Pin): Promise<boolean> {
		const moved = await this.#write(server, tool, row?.version, next);
		if (moved && row !== undefined && row.value.hash !== next.hash) {
			await this.texts.drop(server, row.value.hash).catch(() => {});
		}
		return moved;
	}

	#write(server: string, tool: string, version: number | undefined, pin: Pin): Promise<boolean> {
		const beside = { key: server, value: { stamp: randomBytes(8).toString('hex') } };
		return this.#table.swapWith(pinKey(server, tool), version, pin, beside);
	}
}
