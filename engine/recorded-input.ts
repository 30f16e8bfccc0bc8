import { ALL_PARTS } from './input/parts.ts';
import type { Policy } from './policy/load.ts';
import type { Evaluator } from './policy/types.ts';
import type { Line, RecordingHeader } from './recording/lines.ts';
import { type Replayed, type ReplayOptions, replay } from './replay.ts';

/** An input document that was evaluated, with what the evaluation was told beside it. */
export interface EvaluatedInput {
	readonly bytes: Buffer;
	readonly nowNs: bigint;
	readonly seed: string;
}

/** A recorded frame as a policy judges it, with the input documents of that: one for each message of a batch, else one. */
export interface RecordedInput {
	readonly replayed: Replayed;
	/** Empty: nothing was evaluated, as the frame was not judged. */
	readonly inputs: readonly EvaluatedInput[];
}

/**
 * Judges a recorded session again up to the line with that `seq` (of a frame, or of a judgement at a release) and gives
 * what was evaluated there, with all parts of the document, also those that the policy does not read. Undefined: there is
 * no such frame.
 */
export async function recordedInput(
	header: RecordingHeader,
	lines: Iterable<Line> | AsyncIterable<Line>,
	policy: Policy,
	seq: number,
	options: ReplayOptions = {},
): Promise<RecordedInput | undefined> {
	let inputs: EvaluatedInput[] = [];
	const groups = policy.index.groups.map(({ name }) => name);
	const evaluator: Evaluator = {
		evaluate(input, facts, fuel) {
			inputs.push({ bytes: Buffer.from(input), ...facts });
			return policy.evaluator.evaluate(input, facts, fuel);
		},
		close() {},
	};
	// The module has an index of its own: asked of more rules than a frame needs, it says the same.
	const index = { groups: policy.index.groups, groupsFor: () => groups };
	const complete: Policy = { ...policy, index, partsRead: () => ALL_PARTS, evaluator };
	for await (const replayed of replay(header, lines, complete, options)) {
		if ((replayed.rejudge?.seq ?? replayed.line.seq) === seq) return { replayed, inputs };
		inputs = [];
	}
	return undefined;
}
