import type { Policy } from '../../engine/policy/load.ts';
import { describeVerdict, maskedPointers, rulesBehind } from '../../engine/policy/verdict-words.ts';
import type { Replayed } from '../../engine/replay.ts';
import type { ReplayItem } from '../../engine/tally/replay-tally.ts';
import { coverBy, describeFrame, describeReason, REVEALED, whyKept } from './describe.ts';

/** Says of a frame what anybody may read of it, or with `reveal` all. `policy`: that which judged it, if one did. */
export function describeReplayed(
	replayed: Replayed,
	drift: string | undefined,
	policy: Policy | undefined,
	reveal = false,
): Pick<ReplayItem, 'frame' | 'message' | 'detail' | 'rule'> {
	const { line, status, judgement } = replayed;
	const cover = reveal ? REVEALED : policy && coverBy(policy.detector);
	const frame = cover === undefined ? '' : describeFrame(line, cover);
	if (status === 'kept') return { frame, message: `refused by the gateway itself: ${whyKept(line)}`, detail: [] };
	if (judgement === undefined || cover === undefined) return { frame, message: 'unreached', detail: [] };
	const pointers = maskedPointers(judgement);
	const [rule] = rulesBehind(judgement);
	return {
		frame,
		message: describeVerdict(judgement),
		detail: [
			...(drift === undefined ? [] : [drift]),
			...judgement.reasons.map((reason) => describeReason(reason, line, judgement, cover)),
			...(pointers.length === 0 ? [] : [`masked: ${pointers.join(', ')}`]),
		],
		...(rule === undefined ? {} : { rule }),
	};
}
