import type { Kind, Party } from '../../engine/frame/frame.ts';
import { RECORDED_LIMITS } from '../../engine/frame/limits.ts';
import { readFrames } from '../../engine/frame/read.ts';
import type { Label, Verdict } from '../../engine/policy/judgement.ts';
import type { Line } from '../../engine/recording/lines.ts';
import type { RecentPage } from './recent-page.ts';

/** As much of a judged message as `recent` is about. A judgement at a release has no members: its calls were counted. */
export interface Noted {
	readonly message: {
		readonly from: Party;
		readonly members: readonly { readonly kind: Kind; readonly method: string }[];
	};
	readonly judgement: { readonly verdict: Verdict; readonly labels: readonly Label[] };
}

/** Where a judged message stands. */
export interface NotedAt {
	readonly session: string;
	readonly seq: number;
	readonly server: string;
	/** Unix time, ns. */
	readonly atNs: bigint;
}

/** Puts it on the page; false: there is nothing in it to remember. */
export function note(page: RecentPage, server: string, atUs: number, { message, judgement }: Noted): boolean {
	const goesOn = judgement.verdict !== 'deny' && message.from === 'client';
	let noted = false;
	// Each member of a batch is a call.
	for (const { kind, method } of goesOn ? message.members : []) {
		if (kind !== 'request' || method !== 'tools/call') continue;
		page.call(server, atUs);
		noted = true;
	}
	for (const label of judgement.labels) {
		if (label.scope !== 'principal') continue;
		page.label(label, atUs);
		noted = true;
	}
	return noted;
}

/** What a recorded line did to the facts, if it was judged. */
export function notedIn(line: Line): Noted | undefined {
	if (line.type === 'rejudge') return { message: { from: 'client', members: [] }, judgement: line };
	if (line.type !== 'frame' || line.by !== undefined) return undefined;
	const read = readFrames(line.bytes, { limits: RECORDED_LIMITS, batches: true });
	if (!read.ok) return undefined;
	const members = read.frames.map((frame) => ({ kind: frame.kind, method: frame.method ?? '' }));
	return {
		message: { from: line.from, members },
		judgement: { verdict: line.verdict ?? 'allow', labels: line.labels ?? [] },
	};
}
