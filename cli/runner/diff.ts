import { changedRules } from '../../engine/diff/fingerprint.ts';
import type { DiffTally } from '../../engine/diff/tally.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import { portable } from '../../gateway/judging/portable.ts';
import type { DiffTask } from '../../gateway/judging/task.ts';
import type { Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { diffReport, type FailOn } from './diff-report.ts';
import { type Effort, judgeSessions } from './judge-sessions.ts';
import { policyFrom, withCompiler } from './policy-argument.ts';
import type { Selection } from './selection.ts';

export interface DiffRequest extends Selection, Effort {
	readonly from: string;
	readonly to: string;
	readonly failOn: FailOn;
	/** Examples of each kind; default 3. */
	readonly limit?: number;
}

/** What comes of a diff before it is put into words: all that a gateway which judges where the data lies gives back. */
export interface Diffed {
	readonly from: string;
	readonly to: string;
	/** Rules that are not the same in both, or in one of them only; sorted. */
	readonly changed: readonly string[];
	readonly tally: DiffTally;
}

/** The frames that two policies judge differently, grouped by rule (contract §3). */
export async function runDiff(request: DiffRequest, shell: Shell): Promise<Report> {
	const diffed = await withCompiler(shell, async (compiler) => {
		const from = await policyFrom(request.from, compiler, shell);
		const to = await policyFrom(request.to, compiler, shell);
		return diffOf(from, to, request, shell);
	});
	return diffReport(diffed, request.failOn);
}

/** Judges the selected sessions under both. @throws SluiceError */
export async function diffOf(
	from: CompiledPolicy,
	to: CompiledPolicy,
	request: Selection & Effort & { readonly limit?: number },
	shell: Shell,
): Promise<Diffed> {
	const { tally } = await judgeSessions<DiffTask>(
		request,
		({ sessions, frames }) => ({
			...{ kind: 'diff', from: portable(from), to: portable(to), sessions, frames },
			examples: request.limit ?? 3,
		}),
		shell,
	);
	return { from: from.revision, to: to.revision, changed: changedRules(from, to), tally };
}
