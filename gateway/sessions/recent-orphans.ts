import type { Principal } from '../../engine/session/types.ts';
import type { SessionReader } from '../record/types.ts';
import { isAlive } from '../store/process-identity.ts';
import type { Row } from '../store/table.ts';
import { type Noted, type NotedAt, notedIn } from './recent-noted.ts';
import type { SessionBinding } from './sessions.ts';

/** One thing to remember that stands in the record and in no row. */
export interface Found extends NotedAt {
	readonly noted: Noted;
}

/** What is read of the table of sessions. */
export interface BoundSessions {
	get(id: string): Row<SessionBinding> | undefined;
	list(): Row<SessionBinding>[];
}

/**
 * Sessions whose process is gone and which may go on. What was judged in them in the last moments before it went is in
 * the record, but not in the rows of `recent`.
 */
export class Orphans {
	readonly #sessions: BoundSessions;
	readonly #reader: SessionReader;
	/** Principal → session ids; made when it is needed first, and anew when a process was found gone. */
	#known: Map<string, string[]> | undefined;

	constructor(sessions: BoundSessions, reader: SessionReader) {
		this.#sessions = sessions;
		this.#reader = reader;
	}

	/** Some process is gone: look again. */
	forget(): void {
		this.#known = undefined;
	}

	/** Whether the session can still go on somewhere. */
	isBound(session: string): boolean {
		return this.#sessions.get(session) !== undefined;
	}

	/** What stands in the record of the principal's orphans after `known` (session → `seq`), and the last `seq` of each. */
	async read(
		principal: Principal,
		known: ReadonlyMap<string, number>,
	): Promise<{ readonly found: readonly Found[]; readonly upTo: ReadonlyMap<string, number> }> {
		this.#known ??= this.#find();
		const found: Found[] = [];
		const upTo = new Map<string, number>();
		for (const session of this.#known.get(principalKey(principal)) ?? []) {
			// It may have gone on elsewhere meanwhile, or have ended: then all of it is in a row.
			const bound = this.#sessions.get(session);
			const header = bound === undefined || isOpen(bound.value) ? undefined : await this.#reader.header(session);
			if (header === undefined) continue;
			let last = known.get(session) ?? -1;
			for await (const line of this.#reader.lines(session, last + 1)) {
				last = line.seq;
				const noted = notedIn(line);
				if (noted === undefined) continue;
				found.push({
					session,
					seq: line.seq,
					server: header.server.name,
					atNs: header.started_ns + BigInt(line.t),
					noted,
				});
			}
			upTo.set(session, last);
		}
		return { found: found.sort((a, b) => (a.atNs < b.atNs ? -1 : 1)), upTo };
	}

	#find(): Map<string, string[]> {
		const known = new Map<string, string[]>();
		for (const { key, value } of this.#sessions.list()) {
			if (isOpen(value)) continue;
			const of = principalKey({ issuer: value.issuer, id: value.principal });
			known.set(of, [...(known.get(of) ?? []), key]);
		}
		return known;
	}
}

function isOpen({ owner }: SessionBinding): boolean {
	return owner !== undefined && isAlive(owner);
}

const principalKey = ({ issuer, id }: Pick<Principal, 'issuer' | 'id'>): string => JSON.stringify([issuer, id]);
