import { channel } from 'node:diagnostics_channel';
import type { Kind, Party } from '../../engine/frame/frame.ts';
import type { Verdict } from '../../engine/policy/judgement.ts';

/**
 * What the data path tells whoever listens (log, metrics, exports). Publishing costs nothing while nobody does.
 * Messages never hold a value from a frame: names of methods, tools, rules and codes only.
 */
export interface Happenings {
	/** One frame went through the gate. Times in ns, 0 where a step did not happen. */
	frame: {
		readonly session: string;
		readonly seq: number;
		readonly server: string;
		readonly from: Party;
		readonly kind: Kind;
		readonly method: string;
		readonly verdict: Verdict;
		readonly rules: readonly string[];
		readonly code?: string;
		readonly bytes: number;
		readonly masked: readonly string[];
		readonly judgeNs: number;
		readonly recordNs: number;
	};
	/**
	 * The gateway itself refused something, before or instead of a judgement. `recorded`: in its session, or as that of
	 * somebody known; what is not is a stranger's.
	 */
	refusal: {
		readonly code: string;
		readonly server?: string;
		readonly remote: string;
		readonly status: number;
		readonly recorded?: true;
	};
	/** A held request changed its state. */
	approval: {
		readonly id: string;
		readonly state: string;
		readonly server: string;
		readonly tool?: string;
		readonly waitedNs: number;
	};
	/** A policy came into force, or did not. */
	policy: { readonly revision?: string; readonly ok: boolean; readonly message?: string };
	/** A candidate policy is judged with from now on, or is not. */
	candidatePolicy: { readonly revision?: string; readonly ok: boolean; readonly message?: string };
	/** What the candidate said of a frame beside the live policy; `unreached`: it would not have let the request go. */
	candidate: {
		readonly session: string;
		readonly seq: number;
		readonly server: string;
		readonly revision: string;
		readonly verdict: Verdict | 'unreached';
		readonly live: Verdict;
		/** Another verdict, or other bytes delivered. */
		readonly differs: boolean;
	};
	session: {
		readonly id: string;
		readonly server: string;
		readonly what: 'opened' | 'resumed' | 'closed';
		readonly why?: string;
	};
	/** The recorder failed or works again. */
	recorder: { readonly healthy: boolean; readonly message?: string };
	/** A line that an upstream child wrote to its stderr. */
	stderr: { readonly server: string; readonly line: string };
	/** Something an operator should look at. */
	trouble: { readonly code: string; readonly message: string };
}

const name = (what: keyof Happenings) => `sluice:${what}`;

export function publish<K extends keyof Happenings>(what: K, message: Happenings[K]): void {
	const to = channel(name(what));
	if (to.hasSubscribers) to.publish(message);
}

/** true if somebody listens: lets the data path skip taking times. */
export function observed(what: keyof Happenings): boolean {
	return channel(name(what)).hasSubscribers;
}

/** Calls `listener` for each message; the returned function ends that. */
export function subscribe<K extends keyof Happenings>(what: K, listener: (message: Happenings[K]) => void): () => void {
	const on = (message: unknown) => listener(message as Happenings[K]);
	const from = channel(name(what));
	from.subscribe(on);
	return () => from.unsubscribe(on);
}
