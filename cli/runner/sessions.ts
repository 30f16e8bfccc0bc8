import { createDetector } from '../../engine/detect/detector.ts';
import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';
import { LmdbReader } from '../../gateway/record/lmdb/reader.ts';
import type { SessionSummary } from '../../gateway/record/types.ts';
import type { Shell } from '../shell.ts';
import { all, known, noted } from './audited.ts';
import { shownFrame, shownText } from './cover.ts';
import { coverBy, describeFrame } from './describe.ts';
import { type StorePlace, withStore } from './local-store.ts';

/** All recorded sessions, oldest first. */
export async function listSessions(
	place: StorePlace,
	filter: { server?: string; principal?: string },
	shell: Shell,
): Promise<SessionSummary[]> {
	return withStore(place, shell, true, async ({ store, master }) => {
		const found = await all(new LmdbReader(store, master).sessions(filter));
		return found.sort((a, b) =>
			a.started_ns < b.started_ns ? -1 : a.started_ns > b.started_ns ? 1 : a.id < b.id ? -1 : 1,
		);
	});
}

/** One line of a session as anybody may see it. */
export interface ShownLine {
	readonly seq: number;
	readonly t: number;
	readonly from: string;
	readonly what: string;
	readonly verdict?: string;
	readonly rules?: readonly string[];
	readonly outcome?: string;
	/** As delivered, findings masked. */
	readonly text?: string;
}

/** A session's header and lines, masked; that it was read is recorded first. @throws SluiceError `ERR_SESSION_UNKNOWN` */
export async function showSession(
	id: string,
	place: StorePlace,
	shell: Shell,
): Promise<{ readonly header: RecordingHeader; readonly lines: readonly ShownLine[] }> {
	return withStore(place, shell, false, async (local) => {
		const reader = new LmdbReader(local.store, local.master);
		const header = await known(reader, id);
		await noted(local, shell, [id], 'show');
		const lines = (await all(reader.lines(id))).map(shownLine);
		return { header, lines };
	});
}

const detector = createDetector({ detectors: ['secrets', 'pii'] });

/** What there is to see of a line. */
export function shownLine(line: Line): ShownLine {
	const { seq, t } = line;
	switch (line.type) {
		case 'frame': {
			const rules = [...new Set((line.reasons ?? []).map((reason) => reason.rule))];
			const text = shownFrame(line);
			return {
				seq,
				t,
				from: line.from,
				what: describeFrame(line, coverBy(detector)),
				...(line.verdict === undefined
					? {}
					: { verdict: line.by === 'gateway' ? `refused ${line.code ?? ''}`.trim() : line.verdict }),
				...(rules.length === 0 ? {} : { rules }),
				...(line.outcome === undefined ? {} : { outcome: line.outcome }),
				...(text === undefined ? {} : { text }),
			};
		}
		case 'gateway': {
			const text = shownFrame(line);
			const what = line.answers === undefined ? 'message' : `answer to ${line.answers}`;
			return { seq, t, from: 'gateway', what, ...(text === undefined ? {} : { text }) };
		}
		case 'rejudge': {
			const rules = [...new Set(line.reasons.map((reason) => reason.rule))];
			return {
				seq,
				t,
				from: 'gateway',
				what: `release of ${line.rejudges}`,
				verdict: line.verdict,
				rules,
				outcome: line.outcome,
			};
		}
		case 'event': {
			const of = line.of === undefined ? '' : ` ${line.of}`;
			const detail = line.detail === undefined ? '' : ` ${JSON.stringify(covered(line.detail))}`;
			return { seq, t, from: 'event', what: `${line.event}${of}${detail}` };
		}
	}
}

/** Each text for itself: an escape of JSON must not stand where a secret begins. */
function covered(value: unknown): unknown {
	if (typeof value === 'string') return shownText(value);
	if (Array.isArray(value)) return value.map(covered);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, covered(inner)]));
}
