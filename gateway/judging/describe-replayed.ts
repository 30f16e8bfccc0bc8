import type { Policy } from '../../engine/policy/load.ts';
import { describeVerdict, maskedPointers, rulesBehind } from '../../engine/policy/verdict-words.ts';
import type { Replayed } from '../../engine/replay.ts';
import type { ReplayItem } from '../../engine/tally/replay-tally.ts';
import { describeFrame, describeReason, whyKept } from './describe.ts';

/** Says of a frame what anybody may read of it. `policy`: that which judged it, if one did. */
export function describeReplayed(
	replayed: Replayed,
	drift: string | undefined,
	policy: Policy | undefined,
): Pick<ReplayItem, 'frame' | 'message' | 'detail' | 'rule'> {
	const { line, status, judgement } = replayed;
	const frame = policy === undefined ? '' : describeFrame(line, policy.detector);
	if (status === 'kept') return { frame, message: `refused by the gateway itself: ${whyKept(line)}`, detail: [] };
	if (judgement === undefined || policy === undefined) return { frame, message: 'unreached', detail: [] };
	const pointers = maskedPointers(judgement);
	const [rule] = rulesBehind(judgement);
	return {
		frame,
		message: describeVerdict(judgement),
		detail: [
			...(drift === undefined ? [] : [drift]),
			...judgement.reasons.map((reason) => describeReason(reason, line, judgement, policy.detector)),
			...(pointers.length === 0 ? [] : [`masked: ${pointers.join(', ')}`]),
		],
		...(rule === undefined ? {} : { rule }),
	};
}
