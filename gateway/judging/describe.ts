import { createDetector, type Detector } from '../../engine/detect/detector.ts';
import { RECORDED_LIMITS } from '../../engine/frame/limits.ts';
import { readFrames } from '../../engine/frame/read.ts';
import { splice } from '../../engine/mask/splice.ts';
import type { Judgement, Reason } from '../../engine/policy/judgement.ts';
import { describeVerdict } from '../../engine/policy/verdict-words.ts';
import type { FrameLine } from '../../engine/recording/lines.ts';
import type { Replayed } from '../../engine/replay.ts';
import { cleanText } from '../words.ts';

/** Every built-in detector: a policy that forwards personal data has not said that everybody may look at it. */
const EVERYTHING = createDetector({ detectors: ['secrets', 'pii'] });

/** Hides what nobody may read in a text of ours about a frame; `splices`: what the policy masks there. */
export type Cover = (text: string, bytes: Buffer, splices: Judgement['splices']) => string;

/** Hides findings, by `detector` and by all that there are, and what the policy masks. */
export function coverBy(detector: Detector): Cover {
	return (text, bytes, splices) => cleanText(cleanText(text, detector, bytes, splices), EVERYTHING, bytes, []);
}

/** Hides nothing: somebody asked to see what was received. */
export const REVEALED: Cover = (text) => text;

/** What a frame is, in a few words: `tools/call query`, `result`. */
export function describeFrame(line: FrameLine, cover: Cover): string {
	const message = parse(line.bytes);
	if (Array.isArray(message)) return 'batch';
	if (typeof message !== 'object' || message === null) return 'unreadable';
	const { method, params, error } = message as { method?: unknown; params?: { name?: unknown }; error?: unknown };
	if (typeof method !== 'string') {
		const to = line.answers === undefined ? '' : ` to ${line.answers}`;
		return `${error === undefined ? 'result' : 'error'}${to}`;
	}
	const name = typeof params?.name === 'string' ? ` ${params.name}` : '';
	return cover(`${method}${name}`.slice(0, 100), line.bytes, []);
}

/** `shell/closed: shell tools are closed` */
export function describeReason(reason: Reason, line: FrameLine, judgement: Judgement, cover: Cover): string {
	const words = `${reason.rule}: ${reason.message}`;
	const shadow = reason.was === undefined || reason.set !== 'warn' ? '' : ` (would be ${reason.was})`;
	const where = reason.embedded_in === undefined ? '' : ` (within ${reason.embedded_in}, at ${reason.pointer})`;
	return cover(words + where, line.bytes, judgement.splices) + shadow;
}

/** Why the gateway itself refuses a frame, whatever the policy says. */
export function whyKept(line: FrameLine): string {
	if (line.by === 'gateway') return line.code ?? '';
	const read = readFrames(line.bytes, { limits: RECORDED_LIMITS, batches: true });
	return read.ok ? 'it answers no request that waits for it' : `${read.refusal.code}, ${read.refusal.message}`;
}

/**
 * In which way a judgement differs from what was recorded of the frame; undefined: in none. The tags of `hash` masks
 * follow from the key of the store that recorded it, which need not be this one, so any two count as the same.
 */
export function driftFrom(replayed: Replayed): string | undefined {
	const { line, rejudge, judgement, delivered } = replayed;
	const recorded = rejudge ?? line;
	if (judgement === undefined || recorded.verdict === undefined) return undefined;
	if (judgement.verdict !== recorded.verdict) return `was ${describeRecorded(recorded)}`;
	const { outcome } = recorded;
	// an edited file may say what was delivered without saying what became of it
	const went = outcome === undefined ? recorded.delivered != null : outcome === 'forwarded' || outcome === 'released';
	if (!went || judgement.verdict === 'hold' || delivered === undefined || delivered === null) return undefined;
	// line breaks that a hop could not carry are the wire's, not the policy's
	const masks = (recorded.delivered ?? []).filter((s) => s.what !== 'line-break');
	const [was, is] = [splice(line.bytes, masks), delivered].map(withoutTags);
	return was!.equals(is!) ? undefined : 'other bytes would be delivered';
}

/** `[masked:pii/email:0123abcd]` without what depends on the key: a session may have been recorded under another store's. */
function withoutTags(bytes: Buffer): Buffer {
	return Buffer.from(bytes.toString('latin1').replace(/(\[masked:[a-z0-9/_-]+):[0-9a-f]{8}\]/g, '$1]'), 'latin1');
}

function describeRecorded(recorded: {
	verdict?: Judgement['verdict'];
	reasons?: readonly Reason[];
	code?: string;
}): string {
	const { verdict = 'allow', reasons = [], code } = recorded;
	return describeVerdict({ verdict, reasons, ...(code === undefined ? {} : { code }) });
}

function parse(bytes: Buffer): unknown {
	try {
		return JSON.parse(bytes.toString('utf8'));
	} catch {
		return undefined;
	}
}
