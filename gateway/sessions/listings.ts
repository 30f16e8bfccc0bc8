import type { Table } from '../store/table.ts';
import type { ListingRow } from './pin-rows.ts';

/** A list that is as it was is written down again after so long, ns. */
const FRESH = 60_000_000_000n;

/** What one `tools/list` showed. */
export interface Listed {
	readonly session: string;
	/** Unix time, ns */
	readonly at: bigint;
	/** Tool name → definition hash. */
	readonly tools: ReadonlyMap<string, string>;
	/** These are all: the list was not given in pages. */
	readonly whole: boolean;
}

/** What each server listed last, whoever asked. */
export class Listings {
	readonly #table: Table<ListingRow>;
	readonly #most: number;

	/** `most`: tools that are remembered of a server. */
	constructor(table: Table<ListingRow>, most: number) {
		this.#table = table;
		this.#most = most;
	}

	of(server: string): ListingRow | undefined {
		return this.#table.get(server)?.value;
	}

	servers(): string[] {
		return this.#table.list().map(({ key }) => key);
	}

	/** Gives the hashes that were among the last ones before and are not any more. */
	async note(server: string, listed: Listed): Promise<readonly string[]> {
		let replaced: readonly string[] = [];
		await this.#table.update(server, (row) => {
			replaced = [];
			if (row !== undefined && says(row, listed) && listed.at - row.at < FRESH) return undefined;
			const next = after(row, listed, this.#most);
			const left = hashesIn(next);
			replaced = row === undefined ? [] : [...hashesIn(row)].filter((hash) => !left.has(hash));
			return next;
		});
		return replaced;
	}
}

function hashesIn({ tools, gone }: ListingRow): Set<string> {
	return new Set([...tools, ...gone].map(([, hash]) => hash));
}

/** Whether `row` says all of `listed` already. */
function says({ tools }: ListingRow, { tools: shown, whole }: Listed): boolean {
	if (whole && tools.length !== shown.size) return false;
	const known = new Map(tools);
	return [...shown].every(([name, hash]) => known.get(name) === hash);
}

function after(row: ListingRow | undefined, { at, session, tools, whole }: Listed, most: number): ListingRow {
	const before = row?.tools ?? [];
	const shown = whole ? tools : new Map([...before, ...tools]);
	const missing = before.map(([name, hash]) => [name, hash, row!.at, row!.session] as const);
	const gone = [...(row?.gone ?? []), ...missing].filter(([name]) => !shown.has(name));
	const room = Math.max(0, most - shown.size);
	return {
		at,
		session,
		tools: [...shown].slice(0, most).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
		gone: room === 0 ? [] : gone.slice(-room),
	};
}
