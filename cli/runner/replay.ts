import { portable } from '../../gateway/judging/portable.ts';
import type { ReplayTask } from '../../gateway/judging/task.ts';
import type { Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { type AtGateway, judgeAtGateway } from './judge-at-gateway.ts';
import { type Effort, judgeSessions } from './judge-sessions.ts';
import { policyFrom, withCompiler } from './policy-argument.ts';
import { recordedPolicies } from './recorded-policies.ts';
import { replayReport } from './replay-report.ts';
import { refuseReveal } from './reveal.ts';
import type { Selection } from './selection.ts';

export interface ReplayRequest extends Selection, Effort, AtGateway {
	/** Absent: the revision that judged each frame when it was recorded. */
	readonly policy?: string;
	/** Frames listed in text, of those that changed and of the others each; default 200. */
	readonly limit?: number;
	readonly reveal?: boolean;
}

/** Judges recorded sessions again and says what differs from what was recorded. */
export async function runReplay(request: ReplayRequest, shell: Shell): Promise<Report> {
	refuseReveal(request, shell);
	return withCompiler(shell, async (compiler) => {
		const compiled = request.policy === undefined ? undefined : await policyFrom(request.policy, compiler, shell);
		const limit = request.limit ?? 200;
		if (request.gateway !== undefined) {
			const policies = compiled === undefined ? {} : { policy: compiled };
			return replayReport((await judgeAtGateway<ReplayTask>('replay', policies, { ...request, limit }, shell)).tally);
		}
		const policy = compiled === undefined ? undefined : portable(compiled);
		const { tally } = await judgeSessions<ReplayTask>(
			request,
			({ sessions, frames }) => ({
				...{ kind: 'replay', sessions, frames, listed: { changed: limit, others: limit } },
				...(request.reveal === true ? { reveal: true } : {}),
				...(policy === undefined ? {} : { policy }),
			}),
			shell,
			recordedPolicies(request, compiler, shell),
		);
		return replayReport(tally);
	});
}
