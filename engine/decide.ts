import type { Finding } from './detect/finding.ts';
import { SluiceError } from './error.ts';
import type { Frame, Kind, Party } from './frame/frame.ts';
import { buildInput, type InputFrame } from './input/build.ts';
import type { Part } from './input/parts.ts';
import { type Decision, type ExceptionScope, mergeDecision } from './policy/decision.ts';
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

/** What the rules say, masks not located yet; or why they could not be asked. */
export type Decided =
	| { readonly ok: true; readonly decision: Decision }
	| { readonly ok: false; readonly code: string; readonly message: string };

/** What a policy says of a frame that none of its rules can touch. */
export const NOTHING: Decided = { ok: true, decision: { verdict: 'allow', reasons: [], labels: [] } };

/**
 * Asks the rules that can say anything of a frame. Never throws.
 *
 * @param findings those of the frame; only asked for if a rule reads them
 */
export function decideFrame(
	policy: Policy,
	state: SessionState,
	frame: InputFrame,
	seq: number,
	facts: FrameFacts,
	options: JudgeOptions,
	findings: () => readonly Finding[],
): Decided {
	try {
		if (options.cut !== undefined) return failed(options.cut, 'this evaluation was cut off when it was recorded');
		const groups = groupsOf(policy, frame);
		const wanted = policy.partsRead(groups);
		const left = leftOut(frame, wanted);
		if (groups.length === 0 && left <= options.inputLimit) return NOTHING;
		const input = buildInput(frame, state, seq, facts, wanted.has('findings') ? findings() : undefined, wanted);
		if (input.length + left > options.inputLimit) return tooLarge(input.length + left, options);
		return decideInput(policy, input, aboutOf(state, frame, seq, facts), options);
	} catch (error) {
		return failed(
			error instanceof SluiceError ? error.code : 'ERR_JUDGE_FAILED',
			error instanceof Error ? error.message : String(error),
		);
	}
}

/** What an input document that is there already makes the rules say. Never throws. */
export function decideInput(
	policy: Policy,
	input: Uint8Array,
	{ seed, scope }: Pick<JudgedInput, 'seed' | 'scope'>,
	options: JudgeOptions,
): Decided {
	try {
		if (input.length > options.inputLimit) return tooLarge(input.length, options);
		const evaluation = policy.evaluator.evaluate(input, { nowNs: scope.nowNs, seed }, options.fuel);
		if (!evaluation.ok) return failed(evaluation.code, evaluation.message);
		return { ok: true, decision: mergeDecision(evaluation.decision, policy.exceptions, scope) };
	} catch (error) {
		return failed('ERR_JUDGE_FAILED', error instanceof Error ? error.message : String(error));
	}
}

/** Names of the groups of rules that can say anything of a frame. */
export function groupsOf(policy: Policy, { from, kind, method, tool }: InputFrame): readonly string[] {
	try {
		return policy.index.groupsFor({ from, kind, method, tool: tool?.name });
	} catch (error) {
		throw new SluiceError('ERR_EVALUATION_INDEX', (error as Error).message, { cause: error });
	}
}

function aboutOf(
	state: SessionState,
	{ tool }: InputFrame,
	seq: number,
	facts: FrameFacts,
): Pick<JudgedInput, 'seed' | 'scope'> {
	return {
		seed: `${state.origin.id}/${seq}`,
		scope: {
			principal: facts.principal,
			server: state.origin.server,
			nowNs: state.origin.started_ns + BigInt(facts.t),
			...(tool === undefined ? {} : { tool: tool.name }),
		},
	};
}

/** Bytes of the frame's parts that nobody reads. They count, or what the limit refuses would depend on the rules. */
function leftOut(frame: InputFrame, wanted: ReadonlySet<Part>): number {
	let bytes = wanted.has('arguments') ? 0 : (frame.tool?.arguments?.length ?? 0);
	for (const name of ['params', 'result', 'error'] as const) if (!wanted.has(name)) bytes += frame[name]?.length ?? 0;
	return bytes;
}

function tooLarge(bytes: number, { inputLimit }: JudgeOptions): Decided {
	return failed('ERR_EVALUATION_INPUT_SIZE', `the policy input has ${bytes} bytes, more than ${inputLimit}`);
}

function failed(code: string, message: string): Decided {
	return { ok: false, code, message };
}
