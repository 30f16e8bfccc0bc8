import { type PolicyChanges, policyChanges } from '../../engine/diff/accountable.ts';
import type { DiffTally } from '../../engine/diff/tally.ts';
import { SluiceError } from '../../engine/error.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import { portable } from '../../gateway/judging/portable.ts';
import type { DiffTask } from '../../gateway/judging/task.ts';
import type { Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { type ChangesRequest, changesFrom } from './accepted/changes-argument.ts';
import { pruneReport } from './accepted/prune-report.ts';
import { Weighing } from './accepted/weigh.ts';
import { diffCandidate } from './diff-candidate.ts';
import { diffReport, type FailOn } from './diff-report.ts';
import { type AtGateway, judgeAtGateway } from './judge-at-gateway.ts';
import { type Effort, judgeSessions } from './judge-sessions.ts';
import { policyFrom, withCompiler } from './policy-argument.ts';
import { refuseReveal } from './reveal.ts';
import type { Selection } from './selection.ts';

export interface DiffRequest extends Selection, Effort, AtGateway, ChangesRequest {
	/** Both, or `candidate`. */
	readonly from?: string;
	readonly to?: string;
	/** What was enforced against what the candidate said of it, as recorded. */
	readonly candidate?: boolean;
	readonly failOn: FailOn;
	/** Examples of each kind; default 3. */
	readonly limit?: number;
	readonly reveal?: boolean;
}

/** What comes of a diff before it is put into words: all that a gateway which judges where the data lies gives back. */
export interface Diffed {
	readonly from: string;
	readonly to: string;
	/** What is not the same in both. */
	readonly changes: PolicyChanges;
	readonly tally: DiffTally;
}

/** The frames that two policies judge differently, grouped by rule (contract §3). */
export async function runDiff(request: DiffRequest, shell: Shell): Promise<Report> {
	const { from: before, to: after } = request;
	refuseReveal(request, shell);
	if (request.candidate === true) {
		const given = (['from', 'to', 'prune'] as const).find((name) => request[name] !== undefined);
		if (given === undefined) return diffCandidate(request, shell);
		throw new SluiceError('ERR_USAGE', `--candidate and --${given} do not go together`, {
			help: 'it reads what was recorded, of whatever policies they were',
		});
	}
	if (before === undefined || after === undefined) {
		throw new SluiceError(
			'ERR_USAGE',
			`--${before === undefined ? 'from' : 'to'} is missing: diff compares two policies`,
			{
				help: 'name both with --from and --to, or report a recorded candidate with --candidate',
			},
		);
	}
	// before anything is judged: it may be wrong
	const file = await changesFrom(request, shell);
	return withCompiler(shell, async (compiler) => {
		const from = await policyFrom(before, compiler, shell);
		const to = await policyFrom(after, compiler, shell);
		const changes = policyChanges(from, to);
		const weighing = new Weighing(file?.lines ?? [], changes, shell.clock.now());
		const accepted = { weighing, pruned: request.prune === true, file: file?.name };
		const named = request.sessions.length > 0 || request.all === true;
		const diffed = named || !accepted.pruned ? await diffOf(from, to, request, shell) : undefined;
		// last: what is refused above leaves the file alone
		if (accepted.pruned) await file?.prune(weighing.spent);
		if (diffed !== undefined) return diffReport(diffed, request.failOn, accepted);
		return pruneReport({ from: from.revision, to: to.revision, changes }, request.failOn, accepted);
	});
}

/** Judges the selected sessions under both. @throws SluiceError */
export async function diffOf(
	from: CompiledPolicy,
	to: CompiledPolicy,
	request: Selection & Effort & AtGateway & { readonly limit?: number; readonly reveal?: boolean },
	shell: Shell,
): Promise<Diffed> {
	const limit = request.limit ?? 3;
	const { tally } =
		request.gateway === undefined
			? await judgeSessions<DiffTask>(
					request,
					({ sessions, frames }) => ({
						...{ kind: 'diff', from: portable(from), to: portable(to), sessions, frames, examples: limit },
						...(request.reveal === true ? { reveal: true } : {}),
					}),
					shell,
				)
			: await judgeAtGateway<DiffTask>('diff', { from, to }, { ...request, limit }, shell);
	return { from: from.revision, to: to.revision, changes: policyChanges(from, to), tally };
}
