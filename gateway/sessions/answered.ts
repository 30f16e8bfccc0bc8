import type { Message } from '../../engine/step.ts';

/** The one request that all answers in `message` answer; else, when judged again, ids say which. */
export function answered(message: Message): number | undefined {
	const seqs = new Set(message.members.map((member) => member.answers?.seq));
	return seqs.size === 1 ? [...seqs][0] : undefined;
}
