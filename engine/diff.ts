import { both, type Change, change, none } from './diff/change.ts';
import { compareHolds } from './diff/holds.ts';
import { kindOf } from './diff/kind.ts';
import { compareMasks } from './diff/masks.ts';
import { type Splice, splice } from './mask/splice.ts';
import type { Judgement, Reason, Verdict } from './policy/judgement.ts';
import type { Replayed } from './replay.ts';

/** What a policy change does to one frame (contract §3, `diff`). */
export type DifferenceClass = 'loosened' | 'tightened' | 'changed' | 'unknown';

/** One frame that two policies judge differently. */
export interface Difference {
	readonly seq: number;
	/** The strongest reason only one side has; empty when it was the engine itself (then `codes` has why). */
	readonly rule: string;
	/** Every rule with a reason that only one side has, strongest first. */
	readonly rules: readonly string[];
	/** Those of them with such a reason that is more than a warning; none: both sides have the same ones. */
	readonly causes: readonly string[];
	readonly class: DifferenceClass;
	/** What it is, in a few words: see `kindOf`. */
	readonly kind: string;
	readonly from: Verdict;
	readonly to: Verdict;
	/** What differs: `verdict`, `masks`, `approvers`, `quorum`, `timeout`, `grant`. */
	readonly what: readonly string[];
	/** Some of it lets more through, whatever the class: a hold for other people, a tighter verdict with less masked. */
	readonly loosens: boolean;
	readonly tightens: boolean;
}

export interface DiffOptions {
	/** What a hold without its own timeout or grant gets, ns; default 10 minutes each (contract §2, §4). */
	readonly timeoutNs?: number;
	readonly grantNs?: number;
	/** Does this rule read a fact that the recording of this frame lacks? Then nobody can know, and the class is `unknown`. */
	readonly lacksFacts?: (rule: string) => boolean;
}

const RANK: Readonly<Record<Verdict, number>> = { allow: 0, mask: 1, hold: 2, deny: 3 };
const STRENGTH: Readonly<Record<Reason['set'], number>> = { deny: 3, hold: 2, mask: 1, warn: 0 };
const TEN_MINUTES = 600_000_000_000;

/**
 * How `b` differs from `a`, two judgements of the same recorded frame; undefined: it does not (contract §3).
 *
 * It differs when verdict, delivered bytes, approvers, quorum, timeout or grant do; another reason under the same
 * verdict is not a difference, nor is a frame that one side does not reach or the gateway itself refused.
 */
export function diffJudgements(a: Replayed, b: Replayed, options: DiffOptions = {}): Difference | undefined {
	if (a.judgement === undefined || b.judgement === undefined) return undefined;
	if (a.status !== 'judged' || b.status !== 'judged') return undefined;
	const [from, to] = [a.judgement, b.judgement];
	if (from === to || (isPlain(from) && isPlain(to))) return undefined;
	const whole = compare(a.line.bytes, from, to, {
		timeoutNs: options.timeoutNs ?? TEN_MINUTES,
		grantNs: options.grantNs ?? TEN_MINUTES,
	});
	if (whole.parts.length === 0) return undefined;
	const rules = rulesOfOneSide(from, to);
	const unknown = (a.derived || b.derived) && rules.some((rule) => options.lacksFacts?.(rule) === true);
	return {
		seq: a.line.seq,
		rule: rules[0] ?? '',
		rules,
		causes: causesOf(from, to),
		class: unknown ? 'unknown' : classOf(from, to, whole),
		kind: kindOf(from.verdict, to.verdict, whole.parts),
		from: from.verdict,
		to: to.verdict,
		what: whole.parts.map(({ what }) => what),
		loosens: whole.loosens,
		tightens: whole.tightens,
	};
}

/** Goes on as it came: two of these cannot differ, and most frames are. */
function isPlain({ verdict, splices }: Judgement): boolean {
	return verdict === 'allow' && splices.length === 0;
}

function compare(
	received: Buffer,
	from: Judgement,
	to: Judgement,
	defaults: Required<Omit<DiffOptions, 'lacksFacts'>>,
): Change {
	const step = RANK[to.verdict] - RANK[from.verdict];
	const verdict = step === 0 ? none : change('verdict', step < 0, step > 0);
	// nothing is delivered after a deny: its masks do not count
	if (from.verdict === 'deny' || to.verdict === 'deny') return verdict;
	let masks = compareMasks(from, to);
	if (masks === none && !sameSplices(from.splices, to.splices) && !sameBytes(received, from, to))
		masks = change('masks', false, false);
	const holds = from.verdict === 'hold' && to.verdict === 'hold' ? compareHolds(from.hold, to.hold, defaults) : none;
	return both(verdict, both(masks, holds));
}

/** Most frames that both sides mask are masked alike: then nothing has to be put together. */
function sameSplices(a: readonly Splice[], b: readonly Splice[]): boolean {
	return (
		a.length === b.length &&
		a.every(({ start, end, replacement }, i) => {
			const other = b[i]!;
			return other.start === start && other.end === end && other.replacement === replacement;
		})
	);
}

function sameBytes(received: Buffer, from: Judgement, to: Judgement): boolean {
	return splice(received, from.splices).equals(splice(received, to.splices));
}

/** Verdicts are ordered, so where they differ they decide; else all parts must point the same way. */
function classOf(from: Judgement, to: Judgement, whole: Change): DifferenceClass {
	if (from.verdict !== to.verdict) return RANK[to.verdict] < RANK[from.verdict] ? 'loosened' : 'tightened';
	if (whole.loosens === whole.tightens) return 'changed';
	return whole.loosens ? 'loosened' : 'tightened';
}

/** Rules with a reason that the other side lacks, strongest first; the message of a reason does not make it another one. */
function rulesOfOneSide(from: Judgement, to: Judgement): string[] {
	const only = [...lacking(from, to), ...lacking(to, from)];
	// the same reasons in other hands: an engine's own deny, or terms that come from elsewhere
	const reasons = only.length > 0 ? only : [...from.reasons, ...to.reasons];
	reasons.sort((x, y) => STRENGTH[y.set] - STRENGTH[x.set] || (x.rule < y.rule ? -1 : x.rule > y.rule ? 1 : 0));
	return [...new Set(reasons.map((reason) => reason.rule))];
}

function causesOf(from: Judgement, to: Judgement): string[] {
	const only = [...lacking(from, to), ...lacking(to, from)].filter(({ set }) => set !== 'warn');
	return [...new Set(only.map(({ rule }) => rule))].sort();
}

function lacking(side: Judgement, other: Judgement): Reason[] {
	const there = new Set(other.reasons.map(terms));
	return side.reasons.filter((reason) => !there.has(terms(reason)));
}

function terms(reason: Reason): string {
	const { set, rule, approvers, quorum, timeout, grant, path, finding, op } = reason;
	return JSON.stringify([
		set,
		rule,
		[...(approvers ?? [])].sort(),
		quorum,
		timeout,
		grant,
		path,
		finding,
		op,
		reason.with,
	]);
}
