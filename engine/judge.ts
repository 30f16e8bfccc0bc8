import type { Correlated } from './correlate.ts';
import { decideFrame, decideInput, type JudgedInput, type JudgeOptions } from './decide.ts';
import type { Finding } from './detect/finding.ts';
import { type Embedded, EmbeddedRefused } from './embedded/embedded.ts';
import { embeddedIn } from './embedded/find.ts';
import { findingsWithin } from './embedded/findings.ts';
import { type Unlisted, unlistedIn } from './embedded/listed.ts';
import type { CallResult } from './output-schema.ts';
import type { Judgement } from './policy/judgement.ts';
import type { Policy } from './policy/load.ts';
import type { SessionState } from './session/state.ts';
import type { FrameFacts } from './session/types.ts';
import { refusal, type Said, settle } from './settle.ts';

export type { JudgedInput, JudgeOptions } from './decide.ts';

/**
 * The heart: what does this policy say of this frame, given what happened before in the session?
 *
 * Frames that stand in it are judged with it, each as what it is; so is each tool that it lists. Pure, synchronous,
 * changes nothing, never throws: whatever fails is a deny with a code of its own. Live traffic, tests, replay and diff
 * all come through here.
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
		let found: readonly Finding[] | undefined;
		const findings = () => {
			found ??= policy.detector.detect(frame.frame);
			return found;
		};
		const said: Said[] = [{ decided: decideFrame(policy, state, frame, seq, facts, options, findings) }];
		let inner: readonly Embedded[] = [];
		let unlisted: readonly Unlisted[] = [];
		try {
			inner = embeddedIn(state, frame);
			for (const { frame: one, place } of inner) {
				const own = () => findingsWithin(place, findings());
				const decided = decideFrame(policy, state, one, seq, facts, options, own);
				said.push({ decided, embedded: { place, in: frame.method } });
			}
			const listing = unlistedIn(policy, state, frame, seq, facts, options);
			unlisted = listing.unlisted;
			if (listing.failure !== undefined) said.push({ decided: listing.failure });
		} catch (thrown) {
			if (!(thrown instanceof EmbeddedRefused)) throw thrown;
			said.push({ decided: { ok: false, ...thrown.why } });
		}
		const results = () => resultsIn(state, frame, inner);
		return settle(policy, { ...carrierOf(frame), findings: found, unlisted, results }, said, options);
	} catch (error) {
		return refusal(policy, 'ERR_JUDGE_FAILED', error instanceof Error ? error.message : String(error));
	}
}

/** The judgement of an input document that is there already (`input` is one JSON text). Never throws. */
export function judgeInput(policy: Policy, input: Uint8Array, about: JudgedInput, options: JudgeOptions): Judgement {
	try {
		return settle(policy, about, [{ decided: decideInput(policy, input, about, options) }], options);
	} catch (error) {
		return refusal(policy, 'ERR_JUDGE_FAILED', error instanceof Error ? error.message : String(error));
	}
}

/** Results of calls in a frame whose tools have an output schema: of its own call, or of one that a task came from. */
function resultsIn(state: SessionState, carrier: Correlated, inner: readonly Embedded[]): readonly CallResult[] {
	const { result } = carrier.frame;
	const all = [
		{ frame: carrier, at: ['result'], node: result },
		...inner.map(({ frame, place }) => ({ frame, at: place.from, node: place.node })),
	];
	return all.flatMap(({ frame: { from, kind, method, tool }, at, node }) => {
		if (from !== 'server' || kind !== 'result' || method !== 'tools/call' || node === undefined) return [];
		const schema = tool && state.outputSchema(tool.name);
		return schema === undefined ? [] : [{ node, at, schema }];
	});
}

function carrierOf({ frame, from, kind, method }: Correlated): Pick<JudgedInput, 'frame' | 'from' | 'kind' | 'method'> {
	return { frame, from, kind, method };
}
