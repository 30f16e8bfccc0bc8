import { createDetector, type Detector } from '../../engine/detect/detector.ts';
import { splice } from '../../engine/mask/splice.ts';
import type { Judgement, Reason } from '../../engine/policy/judgement.ts';
import type { FrameLine } from '../../engine/recording/lines.ts';
import type { Replayed } from '../../engine/replay.ts';
import { cleanText } from '../../gateway/words.ts';

/** Every built-in detector: a policy that forwards personal data has not said that everybody may look at it. */
const EVERYTHING = createDetector({ detectors: ['secrets', 'pii'] });

/** What a frame is, in a few words: `tools/call query`, `result`. Findings in it are masked. */
export function describeFrame(line: FrameLine, detector: Detector): string {
	const message = parse(line.bytes);
	if (Array.isArray(message)) return 'batch';
	if (typeof message !== 'object' || message === null) return 'unreadable';
	const { method, params, error } = message as { method?: unknown; params?: { name?: unknown }; error?: unknown };
	if (typeof method !== 'string') {
		const to = line.answers === undefined ? '' : ` to ${line.answers}`;
		return `${error === undefined ? 'result' : 'error'}${to}`;
	}
	const name = typeof params?.name === 'string' ? ` ${params.name}` : '';
	return clean(`${method}${name}`.slice(0, 100), detector, line.bytes, []);
}

/** `deny shell/closed`, `allow`. */
export function describeVerdict(judgement: Pick<Judgement, 'verdict' | 'reasons' | 'code'>): string {
	const rules = rulesBehind(judgement);
	const why = rules.length > 0 ? ` ${rules.join(', ')}` : judgement.code === undefined ? '' : ` ${judgement.code}`;
	return `${judgement.verdict}${why}`;
}

/** Rules whose reasons carry the verdict, in the order of the reasons. */
export function rulesBehind({ verdict, reasons }: Pick<Judgement, 'verdict' | 'reasons'>): string[] {
	return [...new Set(reasons.filter((reason) => reason.set === verdict).map((reason) => reason.rule))];
}

/** `shell/closed: shell tools are closed`, without any value that was masked or that a detector knows. */
export function describeReason(reason: Reason, line: FrameLine, judgement: Judgement, detector: Detector): string {
	const words = `${reason.rule}: ${reason.message}`;
	const shadow = reason.was === undefined ? '' : ` (would be ${reason.was})`;
	return clean(words, detector, line.bytes, judgement.splices) + shadow;
}

/** Pointers of what was masked, sorted. */
export function maskedPointers(judgement: Judgement): string[] {
	return [...new Set(judgement.splices.map((s) => s.pointer))].sort();
}

/** In which way a judgement differs from what was recorded of the frame; undefined: in none. */
export function driftFrom(replayed: Replayed): string | undefined {
	const { line, rejudge, judgement, delivered } = replayed;
	const recorded = rejudge ?? line;
	if (judgement === undefined || recorded.verdict === undefined) return undefined;
	if (judgement.verdict !== recorded.verdict) return `was ${describeRecorded(recorded)}`;
	const went = recorded.outcome === 'forwarded' || recorded.outcome === 'released';
	if (!went || judgement.verdict === 'hold' || delivered === undefined || delivered === null) return undefined;
	// line breaks that a hop could not carry are the wire's, not the policy's
	const masks = (recorded.delivered ?? []).filter((s) => s.what !== 'line-break');
	return splice(line.bytes, masks).equals(delivered) ? undefined : 'other bytes would be delivered';
}

function describeRecorded(recorded: {
	verdict?: Judgement['verdict'];
	reasons?: readonly Reason[];
	code?: string;
}): string {
	const { verdict = 'allow', reasons = [], code } = recorded;
	return describeVerdict({ verdict, reasons, ...(code === undefined ? {} : { code }) });
}

function clean(text: string, detector: Detector, bytes: Buffer, splices: Judgement['splices']): string {
	return cleanText(cleanText(text, detector, bytes, splices), EVERYTHING, bytes, []);
}

function parse(bytes: Buffer): unknown {
	try {
		return JSON.parse(bytes.toString('utf8'));
	} catch {
		return undefined;
	}
}
