import type { Finding } from './detect/finding.ts';
import { typeMatches } from './detect/type-glob.ts';
import { SluiceError } from './error.ts';
import type { Frame } from './frame/frame.ts';
import { type Masked, type MaskRequest, maskSplices } from './mask/mask.ts';
import { compileMaskPath } from './mask/paths.ts';
import type { Place } from './mask/place.ts';
import type { Step } from './mask/protected.ts';
import type { MaskOp, Reason } from './policy/judgement.ts';
import type { Policy } from './policy/load.ts';

/** A reason, and the frame within the message that it is about; undefined: the message itself. */
export interface Placed {
	readonly reason: Reason;
	readonly within: Place | undefined;
}

/** What becomes of the reasons that mask. */
export interface Located extends Masked {
	/** Those that cover something, the softened ones among them: a mask that matches nothing adds no reason, in shadow neither. */
	readonly hit: ReadonlySet<Reason>;
	/** In the place of those that cannot be used: they deny. */
	readonly broken: readonly Placed[];
	/** The findings of the message, if anybody asked for them. */
	readonly findings: readonly Finding[];
}

/** Whether a reason masks, or would if no level or exception softened it. */
export function isMask(reason: Reason): boolean {
	return (reason.was ?? reason.set) === 'mask';
}

/**
 * Locates what mask reasons cover in the bytes of a message, all of them at once.
 *
 * @param findings of the message; undefined: nobody has searched yet
 * @param places of the frames that stand in it
 * @param cuts list items that go altogether
 */
export function locateMasks(
	policy: Policy,
	frame: Frame,
	findings: readonly Finding[] | undefined,
	places: readonly Place[],
	masking: readonly Placed[],
	cuts: readonly (readonly Step[])[],
	hashKey: Buffer,
): Located {
	const checked = masking.map((one) => ({ ...one, why: unusable(policy, one.reason) }));
	const broken = checked.flatMap(({ why, within }) => (why === undefined ? [] : { reason: why, within }));
	const usable = checked.filter(({ why }) => why === undefined);
	const searched =
		findings ?? (masking.some(({ reason }) => reason.finding !== undefined) ? policy.detector.detect(frame) : []);
	const locate = (some: readonly Placed[], cut: typeof cuts, found: readonly Finding[]): Masked =>
		some.length + cut.length === 0
			? { splices: [], hits: [] }
			: maskSplices(frame, [...some.map(maskRequest), ...cut.map(cutRequest)], found, hashKey, places);
	const masks = usable.filter(({ reason }) => reason.set === 'mask');
	const softened = usable.filter(({ reason }) => reason.set !== 'mask');
	const located = locate(masks, cuts, searched);
	const wouldHit = locate(softened, [], searched).hits;
	const hit = new Set(
		[...masks.filter((_, i) => located.hits[i]), ...softened.filter((_, i) => wouldHit[i])].map(({ reason }) => reason),
	);
	if (located.denied === undefined) return { ...located, hit, broken, findings: searched };
	// Nothing is delivered, but what paths mask is not to be quoted in the answer either.
	const { splices } = locate(
		masks.filter(({ reason }) => reason.path !== undefined),
		[],
		[],
	);
	return { ...located, splices, hit, broken, findings: searched };
}

/** What a rule computed and masks cannot use (a path, a type that nobody detects) is a member of another shape (contract §2). */
function unusable(policy: Policy, { rule, path, finding }: Reason): Reason | undefined {
	const unknown = finding !== undefined && !policy.detector.known.some((type) => typeMatches(finding, type));
	if (unknown) {
		const message = `rule ${rule} gave a \`mask\` that cannot be used: no detector reports its \`finding\``;
		return { set: 'deny', rule, level: 'enforce', message };
	}
	if (path === undefined) return undefined;
	try {
		compileMaskPath(path);
		return undefined;
	} catch (error) {
		// the path is not repeated: it may hold a value that policy masks
		const why = error instanceof SluiceError ? error.code : 'ERR_MASK_PATH_SYNTAX';
		const message = `rule ${rule} gave a \`mask\` that cannot be used: its \`path\` is none that a mask may have (${why})`;
		return { set: 'deny', rule, level: 'enforce', message };
	}
}

function maskRequest({ reason, within }: Placed): MaskRequest {
	const op: MaskOp = reason.op ?? 'redact';
	return {
		op,
		...(reason.path === undefined ? {} : { path: compileMaskPath(reason.path) }),
		...(reason.finding === undefined ? {} : { finding: reason.finding }),
		...('with' in reason ? { with: reason.with } : {}),
		...(within === undefined ? {} : { within }),
	};
}

function cutRequest(cut: readonly Step[]): MaskRequest {
	return { op: 'remove', cut };
}
