import type { CandidateKeeper, CandidateStatus } from './candidate.ts';
import type { PolicyKeeper, PolicyStatus, ReloadOutcome } from './keeper.ts';

/** The live policy and the candidate beside it, as an operator sees and reloads them. */
export interface PolicyControl {
	status(): PolicyStatus & { readonly candidate?: CandidateStatus };
	/** Takes both as they stand in the files; the outcome is that of the live one. Never rejects. */
	reload(options: { readonly force: boolean }): Promise<ReloadOutcome>;
}

export function policyControl(keeper: PolicyKeeper, candidate: CandidateKeeper | undefined): PolicyControl {
	return {
		status: () => ({ ...keeper.status(), ...(candidate === undefined ? {} : { candidate: candidate.status() }) }),
		async reload(options) {
			const outcome = await keeper.reload(options);
			await candidate?.reload();
			return outcome;
		},
	};
}
