import type { Correlated } from './correlate.ts';
import type { Finding } from './detect/finding.ts';
import { typeMatches } from './detect/type-glob.ts';
import { SluiceError } from './error.ts';
import type { Frame, Kind, Party } from './frame/frame.ts';
import { isHoldable } from './frame/methods.ts';
import { buildInput } from './input/build.ts';
import type { Part } from './input/parts.ts';
import { maskSplices } from './mask/mask.ts';
import { compileMaskPath } from './mask/paths.ts';
import { type Decision, type ExceptionScope, mergeDecision } from './policy/decision.ts';
import type { Judgement, MaskOp, Reason } from './policy/judgement.ts';
import type { Policy } from './policy/load.ts';
import type { SessionState } from './session/state.ts';
import type { FrameFacts } from './session/types.ts';

export interface JudgeOptions {
	/** Key of the `hash` mask operation; 32 bytes. Equal values get equal tags under one key. */
	readonly hashKey: Buffer;
	/** Largest policy input, bytes (contract §4 `limits.input`). */
	readonly inputLimit: number;
	/** Fuel of one evaluation, units (contract §4 `limits.evaluation`); without it, the policy's own. */
	readonly fuel?: number;
	/** What cut the evaluation off when it was recorded: whether it would be cut again is not asked. */
	readonly cut?: string;
}

/**
 * The heart: what does this policy say of this frame, given what happened before in the session?
 *
 * Pure, synchronous, changes nothing, never throws: whatever fails is a deny with a code of its own. Live traffic,
 * tests, replay and diff all come through here.
 */
export function judge(
	policy: Policy,
	state: SessionState,
	frame: Correlated,
	seq: number,
	facts: FrameFacts,
	options: JudgeOptions,
): Judgement {
	try {
		if (options.cut !== undefined)
			return failed(policy, options.cut, 'this evaluation was cut off when it was recorded');
		const groups = groupsOf(policy, frame);
		const wanted = policy.partsRead(groups);
		const left = leftOut(frame, wanted);
		if (groups.length === 0 && left <= options.inputLimit) return { ...NOTHING, revision: policy.revision };
		const findings = wanted.has('findings') ? policy.detector.detect(frame.frame) : undefined;
		const input = buildInput(frame, state, seq, facts, findings, wanted);
		if (input.length + left > options.inputLimit) return tooLarge(policy, input.length + left, options);
		const about: JudgedInput = {
			frame: frame.frame,
			from: frame.from,
			kind: frame.kind,
			method: frame.method,
			seed: `${state.origin.id}/${seq}`,
			scope: {
				principal: facts.principal,
				server: state.origin.server,
				nowNs: state.origin.started_ns + BigInt(facts.t),
				...(frame.tool === undefined ? {} : { tool: frame.tool.name }),
			},
			...(findings === undefined ? {} : { findings }),
		};
		return judgeInput(policy, input, about, options);
	} catch (error) {
		return failed(
			policy,
			error instanceof SluiceError ? error.code : 'ERR_JUDGE_FAILED',
			error instanceof Error ? error.message : String(error),
		);
	}
}

/** What a policy says of a frame that none of its rules can touch. */
const NOTHING: Omit<Judgement, 'revision'> = { verdict: 'allow', reasons: [], labels: [], findings: [], splices: [] };

function groupsOf(policy: Policy, { from, kind, method, tool }: Correlated): readonly string[] {
	try {
		return policy.index.groupsFor({ from, kind, method, tool: tool?.name });
	} catch (error) {
		throw new SluiceError('ERR_EVALUATION_INDEX', (error as Error).message, { cause: error });
	}
}

/** Bytes of the frame's parts that nobody reads. They count, or what the limit refuses would depend on the rules. */
function leftOut(frame: Correlated, wanted: ReadonlySet<Part>): number {
	let bytes = wanted.has('arguments') ? 0 : (frame.tool?.arguments?.length ?? 0);
	for (const name of ['params', 'result', 'error'] as const) if (!wanted.has(name)) bytes += frame[name]?.length ?? 0;
	return bytes;
}

/** What an input document is about, beside what stands in it. */
export interface JudgedInput {
	/** The frame whose bytes are masked. */
	readonly frame: Frame;
	readonly from: Party;
	readonly kind: Kind;
	readonly method: string;
	/** Seeds what is random in Rego: `<session>/<seq>`. */
	readonly seed: string;
	readonly scope: ExceptionScope;
	/** What stands in the document as `findings`, if a rule reads them. */
	readonly findings?: readonly Finding[];
}

/** The judgement of an input document that is there already (`input` is one JSON text). Never throws. */
export function judgeInput(policy: Policy, input: Uint8Array, about: JudgedInput, options: JudgeOptions): Judgement {
	try {
		if (input.length > options.inputLimit) return tooLarge(policy, input.length, options);
		const { seed, scope } = about;
		const evaluation = policy.evaluator.evaluate(input, { nowNs: scope.nowNs, seed }, options.fuel);
		if (!evaluation.ok) return failed(policy, evaluation.code, evaluation.message);
		const decision = mergeDecision(evaluation.decision, policy.exceptions, scope);
		return holdable(mask(policy, about, decision, options), about);
	} catch (error) {
		return failed(policy, 'ERR_JUDGE_FAILED', error instanceof Error ? error.message : String(error));
	}
}

function tooLarge(policy: Policy, bytes: number, { inputLimit }: JudgeOptions): Judgement {
	const message = `the policy input has ${bytes} bytes, more than ${inputLimit}`;
	return failed(policy, 'ERR_EVALUATION_INPUT_SIZE', message);
}

function failed(policy: Policy, code: string, message: string): Judgement {
	return {
		verdict: 'deny',
		code,
		message,
		reasons: [],
		labels: [],
		findings: [],
		splices: [],
		revision: policy.revision,
	};
}

/** Locates what the mask reasons cover. A mask that matches nothing adds no reason, in shadow neither. */
function mask(policy: Policy, about: JudgedInput, decision: Decision, options: JudgeOptions): Judgement {
	const { frame, findings: found } = about;
	const rest = { labels: decision.labels, revision: policy.revision };
	const all = decision.reasons.filter((reason) => (reason.was ?? reason.set) === 'mask');
	if (all.length === 0) {
		return { ...rest, ...verdictOf(decision), reasons: decision.reasons, findings: found ?? [], splices: [] };
	}
	const checked = all.map((reason) => ({ reason, why: unusable(policy, reason) }));
	const broken = checked.flatMap(({ why }) => why ?? []);
	const usable = checked.filter(({ why }) => why === undefined).map(({ reason }) => reason);
	const findings = found ?? (all.some((reason) => reason.finding !== undefined) ? policy.detector.detect(frame) : []);
	const masks = usable.filter((reason) => reason.set === 'mask');
	const softened = usable.filter((reason) => reason.set !== 'mask');
	const located = maskSplices(frame, masks.map(maskRequest), findings, options.hashKey);
	const wouldHit =
		softened.length === 0 ? [] : maskSplices(frame, softened.map(maskRequest), findings, options.hashKey).hits;
	const hit = new Set([...masks.filter((_, i) => located.hits[i]), ...softened.filter((_, i) => wouldHit[i])]);
	const reasons = [...broken, ...decision.reasons.filter((reason) => !all.includes(reason) || hit.has(reason))];
	if (broken.length > 0) {
		return { ...rest, verdict: 'deny', code: 'ERR_RULE_MALFORMED', reasons, findings, splices: located.splices };
	}
	if (located.denied !== undefined) {
		const { code, pointer } = located.denied;
		// Nothing is delivered, but what paths mask is not to be quoted in the answer either.
		const paths = masks.filter((reason) => reason.path !== undefined).map(maskRequest);
		return {
			...rest,
			verdict: 'deny',
			code,
			message: `a secret stands at ${pointer}, which is part of the protocol and cannot be masked`,
			reasons,
			findings,
			splices: maskSplices(frame, paths, [], options.hashKey).splices,
		};
	}
	const { verdict, ...merged } = verdictOf(decision);
	return {
		...rest,
		...merged,
		verdict: verdict === 'allow' && located.splices.length > 0 ? 'mask' : verdict,
		reasons,
		findings,
		splices: located.splices,
	};
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

function maskRequest(reason: Reason): Parameters<typeof maskSplices>[1][number] {
	const op: MaskOp = reason.op ?? 'redact';
	return {
		op,
		...(reason.path === undefined ? {} : { path: compileMaskPath(reason.path) }),
		...(reason.finding === undefined ? {} : { finding: reason.finding }),
		...('with' in reason ? { with: reason.with } : {}),
	};
}

function verdictOf(decision: Decision): Pick<Judgement, 'verdict' | 'code' | 'hold'> {
	return {
		verdict: decision.verdict,
		...(decision.code === undefined ? {} : { code: decision.code }),
		...(decision.hold === undefined ? {} : { hold: decision.hold }),
	};
}

/** A hold on what nobody can hold is a deny with its own code (contract §1 *Holdable*). */
function holdable(judgement: Judgement, frame: JudgedInput): Judgement {
	if (judgement.verdict !== 'hold' || isHoldable(frame.from, frame.kind, frame.method)) return judgement;
	const { hold: _, ...rest } = judgement;
	return {
		...rest,
		verdict: 'deny',
		code: 'ERR_HOLD_IMPOSSIBLE',
		message: `a ${frame.kind} of \`${frame.method}\` cannot be held for a human`,
	};
}
