import { RECORDED_LIMITS } from '../frame/limits.ts';
import { namedBy } from '../frame/methods.ts';
import { readFrames } from '../frame/read.ts';
import type { Splice } from '../mask/splice.ts';
import { holdTerms } from '../policy/decision.ts';
import type { Judgement, Reason } from '../policy/judgement.ts';
import type { FrameLine, Line, RejudgeLine } from '../recording/lines.ts';
import type { Replayed } from '../replay.ts';
import type { Pair } from './pairs.ts';

/** A judgement that is recorded: of the policy in force, or of the candidate beside it. */
interface Recorded {
	readonly verdict: Judgement['verdict'];
	readonly code?: string;
	readonly reasons: readonly Reason[];
	/** Absent: the recording does not say. */
	readonly splices?: readonly Splice[];
	readonly revision: string;
}

/**
 * What was enforced beside what the candidate said of it, as both were recorded, line by line of one session. Nothing is
 * judged. `a` is the policy in force, `b` the candidate; a line that the candidate did not see has no `b`. Where an older
 * recording does not say enough of `b`, it is `derived`: such a difference is `unknown` (`lacksFacts` of any rule).
 */
export class RecordedPairs {
	/** Frames that may be released, and tools of calls that may be answered, by `seq`. */
	readonly #held = new Map<number, FrameLine>();
	readonly #tools = new Map<number, readonly string[]>();

	next(line: Line): Pair | undefined {
		if (line.type === 'frame') return this.#frame(line);
		if (line.type === 'rejudge') return this.#release(line);
		return undefined;
	}

	#frame(line: FrameLine): Pair {
		if (line.by === 'gateway' || line.verdict === undefined) {
			const kept: Replayed = { line, status: 'kept' };
			return { line, a: kept, b: kept };
		}
		if (line.verdict === 'hold') this.#held.set(line.seq, line);
		return { line, ...sides(line, line, line.verdict, this.#toolsOf(line)) };
	}

	#release(line: RejudgeLine): Pair | undefined {
		const held = this.#held.get(line.rejudges);
		this.#held.delete(line.rejudges);
		if (held === undefined) return undefined;
		const { a, b } = sides(held, line, line.verdict, this.#tools.get(held.seq) ?? []);
		return { line: held, rejudge: line, a: { ...a, rejudge: line }, ...(b && { b: { ...b, rejudge: line } }) };
	}

	#toolsOf(line: FrameLine): readonly string[] {
		if (line.answers !== undefined) {
			const tools = this.#tools.get(line.answers) ?? [];
			this.#tools.delete(line.answers);
			return tools;
		}
		const read = readFrames(line.bytes, { limits: RECORDED_LIMITS, batches: true });
		const tools = (read.ok ? read.frames : []).flatMap(({ kind, method, params }) => {
			const named = kind === 'request' ? namedBy(method, params) : undefined;
			return named?.what === 'tool' ? [named.name] : [];
		});
		if (tools.length > 0) this.#tools.set(line.seq, tools);
		return tools;
	}
}

function sides(
	frame: FrameLine,
	at: FrameLine | RejudgeLine,
	verdict: Judgement['verdict'],
	tools: readonly string[],
): { readonly a: Replayed; readonly b?: Replayed } {
	const { candidate, code, reasons = [], revision = '' } = at;
	const named = tools.length === 0 ? {} : { tools };
	// line breaks that a hop could not carry are the wire's, not the policy's
	const splices = (at.delivered ?? []).filter(({ what }) => what !== 'line-break');
	const live: Recorded = { verdict, reasons, splices, revision, ...(code === undefined ? {} : { code }) };
	const a = { line: frame, ...named, ...judged(live) };
	if (candidate === undefined) return { a };
	if (candidate.verdict === undefined) return { a, b: { line: frame, status: 'unreached', ...named } };
	const said = { ...candidate, verdict: candidate.verdict, reasons: candidate.reasons ?? [] };
	const masks = splicesOf(said, live);
	if (masks !== undefined) return { a, b: { line: frame, ...named, ...judged({ ...said, splices: masks }) } };
	// other bytes than those delivered, whatever these were; `derived` says that nobody knows which
	const other: Splice = { start: 0, end: 0, replacement: '?', pointer: '', what: 'unknown' };
	const unknown = said.verdict === verdict ? { derived: true as const } : {};
	return { a, b: { line: frame, ...named, ...judged({ ...said, splices: [other, ...splices] }), ...unknown } };
}

/** What the candidate would have masked; undefined: an older recording has only the reasons, and they are others. */
function splicesOf(said: Recorded, live: Recorded): readonly Splice[] | undefined {
	if (said.splices !== undefined) return said.splices;
	const masks = spellMasks(said.reasons);
	if (masks === '[]' || said.verdict === 'deny') return [];
	// the same masks with the detectors of the same gateway
	return masks === spellMasks(live.reasons) && live.verdict !== 'deny' ? (live.splices ?? []) : undefined;
}

function spellMasks(reasons: readonly Reason[]): string {
	const masks = reasons.filter(({ set }) => set === 'mask');
	return JSON.stringify(masks.map(({ rule, path, finding, op, with: value }) => [rule, path, finding, op, value]));
}

function judged({ verdict, code, reasons, splices = [], revision }: Recorded): Pick<Replayed, 'status' | 'judgement'> {
	const holds = reasons.filter(({ set }) => set === 'hold');
	const judgement: Judgement = {
		verdict,
		reasons,
		labels: [],
		findings: [],
		splices,
		revision,
		...(code === undefined ? {} : { code }),
		...(verdict === 'hold' ? { hold: holdTerms(holds) } : {}),
	};
	return { status: 'judged', judgement };
}
