import type { Principal, Recent } from '../../engine/session/types.ts';
import type { Noted, NotedAt } from './recent-noted.ts';

/** `recent` of a principal across sessions (contract §2). */
export interface RecentFacts {
	/** `except`: a call that is judged again and must not count itself. */
	of(principal: Principal, nowNs: bigint, except?: { readonly server: string; readonly atNs: bigint }): Recent;
	/** Something was judged. */
	note(principal: Principal, at: NotedAt, noted: Noted): void;
	/** A session begins, or goes on here (`goesOn`): until it resolves nothing of the principal may be judged in it. */
	join(principal: Principal, session: string, goesOn?: boolean): Promise<void>;
	/** A session is over. */
	leave(principal: Principal, session: string): Promise<void>;
}
