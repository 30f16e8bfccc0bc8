import type { Decided, JudgedInput, JudgeOptions } from './decide.ts';
import type { Finding } from './detect/finding.ts';
import type { Unlisted } from './embedded/listed.ts';
import { isHoldable } from './frame/methods.ts';
import { isMask, type Located, locateMasks, type Placed } from './locate.ts';
import { keptPrivate } from './mask/cache-scope.ts';
import type { Place } from './mask/place.ts';
import type { Splice } from './mask/splice.ts';
import { type CallResult, misfit } from './output-schema.ts';
import { type Decision, holdTerms } from './policy/decision.ts';
import type { HoldTerms, Judgement, Reason } from './policy/judgement.ts';
import type { Policy } from './policy/load.ts';

/** What was said of a message, or of a frame that stands in it. */
export interface Said {
	readonly decided: Decided;
	/** Where that frame stands, and the method of the one that carries it. */
	readonly embedded?: { readonly place: Place; readonly in: string };
}

/** What is judged: a message, which carries whatever stands in it. */
export interface Carrier extends Pick<JudgedInput, 'frame' | 'from' | 'kind' | 'method'> {
	/** Its findings; undefined: nobody has searched. */
	readonly findings?: readonly Finding[] | undefined;
	/** Tools of a list that the policy does not let this principal see. */
	readonly unlisted?: readonly Unlisted[];
	/** Results of calls whose tools have an `outputSchema`. */
	readonly results?: () => readonly CallResult[];
}

/**
 * One judgement of all that was said (contract §1): the strongest verdict counts, all reasons are kept, masks are located
 * in the bytes of the carrier.
 */
export function settle(policy: Policy, carrier: Carrier, said: readonly Said[], options: JudgeOptions): Judgement {
	const { revision } = policy;
	const failure = said.find(({ decided }) => !decided.ok)?.decided;
	const decisions = said.flatMap(({ decided }) => (decided.ok ? decided.decision : []));
	const labels = decisions.length === 1 ? decisions[0]!.labels : decisions.flatMap((decision) => decision.labels);
	const all = said.flatMap(placed);
	const masking = all.filter(({ reason }) => isMask(reason));
	const { unlisted = [] } = carrier;
	if (failure?.ok === false && said.length === 1) return refusal(policy, failure.code, failure.message);
	if (masking.length + unlisted.length === 0 && said.length === 1) {
		const findings = carrier.findings ?? [];
		const [decision] = decisions as [Decision];
		return holdable({ ...decision, findings, splices: [], revision }, carrier);
	}
	const places = said.flatMap(({ embedded }) => embedded?.place ?? []);
	const cuts = unlisted.flatMap(({ at, reason }) => (reason.set === 'mask' ? [at] : []));
	const located = locateMasks(policy, carrier.frame, carrier.findings, places, masking, cuts, options.hashKey);
	const { findings, broken, hit } = located;
	const splices = keptPrivate(carrier.frame, located.splices);
	const kept = all.filter(({ reason }) => !isMask(reason) || hit.has(reason));
	const reasons = [
		...[...broken, ...kept].map((one) => told(one, said, splices)),
		...unlisted.map(({ reason }) => reason),
	];
	const rest = { reasons, labels, findings, splices, revision };
	const code = codeOf(located, failure, decisions);
	if (code !== undefined) return { verdict: 'deny', ...code, ...rest };
	const { verdict, hold } = merged(decisions);
	if (verdict !== 'deny' && splices.length > 0) {
		const pointer = carrier
			.results?.()
			.map((one) => misfit(carrier.frame, splices, one))
			.find((one) => one !== undefined);
		if (pointer !== undefined) return unfit(rest, pointer);
	}
	return holdable(
		{
			verdict: verdict === 'allow' && splices.length > 0 ? 'mask' : verdict,
			...rest,
			...(hold === undefined ? {} : { hold }),
		},
		carrier,
	);
}

/** A deny of the engine's own. */
export function refusal(policy: Policy, code: string, message: string): Judgement {
	const nothing = { reasons: [], labels: [], findings: [], splices: [] };
	return { verdict: 'deny', code, message, ...nothing, revision: policy.revision };
}

/** Why the engine denies whatever the rules say, if it does. */
function codeOf(
	{ broken, denied }: Located,
	failure: Decided | undefined,
	decisions: readonly Decision[],
): Pick<Judgement, 'code' | 'message'> | undefined {
	if (broken.length > 0) return { code: 'ERR_RULE_MALFORMED' };
	if (denied !== undefined) {
		const { code, pointer } = denied;
		return {
			code,
			message: `a secret stands at ${pointer}, which is part of the protocol and cannot be masked`,
		};
	}
	if (failure?.ok === false) return { code: failure.code, message: failure.message };
	const code = decisions.find((decision) => decision.code !== undefined)?.code;
	return code === undefined ? undefined : { code };
}

/** The strongest of them; every demand of every hold, each once. */
function merged(decisions: readonly Decision[]): Pick<Decision, 'verdict' | 'hold'> {
	if (decisions.length === 1) return decisions[0]!;
	if (decisions.some(({ verdict }) => verdict === 'deny')) return { verdict: 'deny' };
	const holds = decisions.flatMap(({ reasons }) => reasons.filter(({ set }) => set === 'hold'));
	if (holds.length === 0) return { verdict: 'allow' };
	const terms = holdTerms(holds);
	const demands = new Map(terms.demands.map((demand) => [JSON.stringify(demand), demand]));
	const hold: HoldTerms = { ...terms, demands: [...demands.values()] };
	return { verdict: 'hold', hold };
}

function placed({ decided, embedded }: Said): readonly Placed[] {
	return decided.ok ? decided.decision.reasons.map((reason) => ({ reason, within: embedded?.place })) : [];
}

/** A reason as it is recorded: of an embedded frame, it says where that stands, in a key that was masked as it is shown. */
function told({ reason, within }: Placed, said: readonly Said[], splices: readonly Splice[]): Reason {
	if (within === undefined) return reason;
	const { key } = within;
	const shown = key && splices.find(({ start, end }) => start >= key.start && end <= key.end)?.pointer;
	const carrier = said.find(({ embedded }) => embedded?.place === within)?.embedded?.in;
	return { ...reason, ...(carrier === undefined ? {} : { embedded_in: carrier }), pointer: shown ?? within.pointer };
}

/** Masked, the result is no longer what its tool promises: a client that checks would fail with less to go by. */
function unfit(judgement: Omit<Judgement, 'verdict'>, pointer: string): Judgement {
	const rules = [...new Set(judgement.reasons.filter(({ set }) => set === 'mask').map(({ rule }) => rule))];
	const message = `masked, ${pointer} does not fit the output schema of its tool any more`;
	return { verdict: 'deny', code: 'ERR_MASK_OUTPUT_SCHEMA', message, misfit: { pointer, rules }, ...judgement };
}

/** A hold on what nobody can hold is a deny with its own code (contract §1 *Holdable*). */
function holdable(judgement: Judgement, { from, kind, method }: Carrier): Judgement {
	if (judgement.verdict !== 'hold' || isHoldable(from, kind, method)) return judgement;
	const { hold: _, ...rest } = judgement;
	return {
		...rest,
		verdict: 'deny',
		code: 'ERR_HOLD_IMPOSSIBLE',
		message: `a ${kind} of \`${method}\` cannot be held for a human`,
	};
}
