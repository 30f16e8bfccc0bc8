/** The definition of one tool of one server that is in force. */
export interface Pin {
	readonly hash: string;
	/** The session that showed it first. */
	readonly session: string;
	/** When it was shown first, Unix time, ns. Absent: an older Sluice pinned it. */
	readonly at?: bigint;
	/** Who took it for good, and when; absent: nobody did, it was merely the first. */
	readonly accepted?: { readonly by: { readonly issuer: string; readonly id: string }; readonly at: bigint };
}

/** Changes whenever a pin of the server does: who follows pins looks at this alone. */
export interface PinStamp {
	readonly stamp: string;
}

/** What a server listed last. */
export interface ListingRow {
	/** Unix time, ns; as good as a minute. */
	readonly at: bigint;
	readonly session: string;
	/** Name and definition hash, by name. */
	readonly tools: readonly (readonly [name: string, hash: string])[];
	/** What it listed before and does not any more: name, hash, when it was there last, in which session. */
	readonly gone: readonly (readonly [name: string, hash: string, at: bigint, session: string])[];
}

/** The text of a definition that is pinned or was seen last. */
export interface DefinitionRow {
	/** Sealed; absent: it is longer than is kept. */
	readonly sealed?: string;
	/** Bytes of UTF-8. */
	readonly length: number;
}

/** Key of a pin: names of servers have no line feed. */
export function pinKey(server: string, tool: string): string {
	return `${server}\n${tool}`;
}
