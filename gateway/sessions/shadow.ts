import type { JudgeOptions } from '../../engine/judge.ts';
import { type Splice, splice } from '../../engine/mask/splice.ts';
import type { Policy } from '../../engine/policy/load.ts';
import type { CandidateVerdict, FrameLine, Line, RecordingHeader, RejudgeLine } from '../../engine/recording/lines.ts';
import { type Replayed, Rerun } from '../../engine/replay.ts';
import { publish } from '../telemetry/channels.ts';

/** Where the candidate comes from; `CandidateKeeper` is one. */
export interface CandidateSource {
	current(): Policy | undefined;
	judged(failed: boolean): void;
}

/**
 * One session as the candidate policy sees it: its own labels, counts and pending requests, from the first frame on. It
 * follows the lines of the record as `diff` would follow the recording, so both say the same of a frame. What it says
 * goes into the record beside the live judgement, in the same append, and nowhere else; whatever goes wrong here ends
 * the shadow and nothing else.
 */
export class Shadow {
	readonly #candidate: CandidateSource;
	readonly #rerun: Rerun;
	readonly #subject: { readonly session: string; readonly server: string };
	#lost = false;

	constructor(candidate: CandidateSource, header: RecordingHeader, options: JudgeOptions) {
		this.#candidate = candidate;
		this.#rerun = new Rerun(header, options);
		this.#subject = { session: header.id, server: header.server.name };
	}

	/** From now on this session is not followed: the shadow has seen what the record lacks, or the other way round. */
	lose(): void {
		this.#lost = true;
	}

	/** The lines as they are to be recorded: with what the candidate says of those that were judged. Never throws. */
	follow(lines: readonly Line[]): readonly Line[] {
		if (this.#lost) return lines;
		try {
			const policy = this.#candidate.current();
			if (policy !== undefined) return lines.map((line) => this.#see(line, policy));
			this.#lost = true;
			return lines;
		} catch (error) {
			this.#lost = true;
			publish('trouble', {
				code: 'ERR_CANDIDATE_FAILED',
				message: `session ${this.#subject.session}: ${error instanceof Error ? error.message : String(error)}`,
			});
			return lines;
		}
	}

	#see(line: Line, policy: Policy): Line {
		if (line.type === 'frame') {
			if (line.by === 'gateway') {
				this.#rerun.keep(line);
				return line;
			}
			return this.#told(line, this.#rerun.frame(line, policy), policy);
		}
		if (line.type === 'rejudge') {
			const again = this.#rerun.rejudge(line, policy);
			return again === undefined ? line : this.#told(line, again, policy);
		}
		this.#rerun.other(line);
		return line;
	}

	#told<L extends FrameLine | RejudgeLine>(line: L, replayed: Replayed, policy: Policy): L {
		const { judgement, status } = replayed;
		if (status === 'kept') return line;
		const { revision } = policy;
		const verdict = judgement?.verdict;
		if (judgement !== undefined) this.#candidate.judged(FAILED.test(judgement.code ?? ''));
		publish('candidate', {
			...this.#subject,
			seq: line.seq,
			revision,
			verdict: verdict ?? 'unreached',
			live: line.verdict ?? 'allow',
			differs: judgement !== undefined && differs(line, replayed),
		});
		const candidate: CandidateVerdict = {
			revision,
			...(judgement === undefined
				? {}
				: {
						verdict: judgement.verdict,
						...(judgement.code === undefined ? {} : { code: judgement.code }),
						reasons: judgement.reasons,
						...(judgement.verdict === 'deny' || judgement.splices.length === 0 ? {} : { splices: judgement.splices }),
					}),
		};
		return { ...line, candidate };
	}
}

/** The engine's own denials, in which the policy came to no decision. */
const FAILED = /^ERR_(EVALUATION|JUDGE|DECISION)_/;

/** Another verdict, or the same one with other bytes delivered. */
function differs(line: FrameLine | RejudgeLine, { judgement, line: { bytes } }: Replayed): boolean {
	if (judgement?.verdict !== line.verdict) return true;
	if (judgement?.verdict === 'deny') return false;
	// line breaks that a hop could not carry are the wire's, not the policy's
	const live = (line.delivered ?? []).filter(({ what }: Splice) => what !== 'line-break');
	return !splice(bytes, live).equals(splice(bytes, judgement?.splices ?? []));
}
