import { join } from 'node:path';
import type { Decided } from '../../engine/engine.ts';
import { SluiceError } from '../../engine/error.ts';
import { explainInput } from '../../engine/policy/explain/explain.ts';
import { loadPolicy } from '../../engine/policy/load.ts';
import type { ShownExplanation } from '../output/explain/model.ts';
import { spellExplanation } from '../output/explain/text.ts';
import { paint } from '../output/paint.ts';
import { wrap } from '../output/wrap.ts';
import type { Shell } from '../shell.ts';
import { type Cleaner, cleanerOf, REVEALING } from './explain/clean.ts';
import { shownExplanation } from './explain/show.ts';
import { recordedFrame, type Subject, writtenInput } from './explain/subject.ts';
import type { StorePlace } from './local-store.ts';
import { compiledOf, policyArgument, shown, withCompiler } from './policy-argument.ts';

/** What `sluice eval` is asked. */
export interface EvalRequest extends StorePlace {
	/** Absent: the policy here. */
	readonly policy?: string;
	/** The file of an input document (`-`: stdin), or `session` and `at`. */
	readonly input?: string;
	readonly session?: string;
	/** `seq` */
	readonly at?: number;
	/** Say why. */
	readonly explain?: true;
	/** Rules that look at other frames too. */
	readonly verbose?: true;
	/** Also what findings cover. */
	readonly reveal?: true;
}

/** What the policy says of one input document (`cli/output/schemas/eval.schema.json`). */
export interface Evaluated extends Decided {
	readonly version: 1;
	/** The recorded frame that was judged; `message`: of a batch or a frame that carries others, which one, of how many. */
	readonly recorded?: Subject['recorded'] & {};
	readonly explanation?: ShownExplanation;
}

/**
 * Evaluates a policy on an input document or on a recorded frame.
 *
 * @throws SluiceError `ERR_EVAL_SUBJECT` unless exactly one is named, `ERR_INPUT`, `ERR_EVAL_FRAME`, `ERR_REVEAL`
 */
export async function runEval(request: EvalRequest, shell: Shell): Promise<Evaluated> {
	const subjectOf = chosen(request);
	return withCompiler(shell, async (compiler) => {
		const argument = await policyArgument(request.policy, shell);
		const policy = loadPolicy(await compiledOf(argument, compiler, shell));
		const { input, about, judgement, frame, recorded } = await subjectOf(policy, shell);
		const clean = request.reveal ? REVEALING : cleanerOf(input, policy.detector, frame, judgement.splices);
		const { findings: _, splices: __, ...decided } = judgement;
		const result = { version: 1 as const, ...(recorded === undefined ? {} : { recorded }), ...cleaned(decided, clean) };
		if (request.explain !== true) return result;
		const explanation = await explainInput(policy, compiler, input, about, judgement);
		const path = (file: string) => (argument.kind === 'folder' ? shown(join(argument.folder, file), shell) : file);
		return { ...result, explanation: shownExplanation(explanation, clean, path) };
	});
}

type Choice = (policy: Parameters<typeof writtenInput>[1], shell: Shell) => Promise<Subject>;

function chosen({ input, session, at, reveal, ...place }: EvalRequest): Choice {
	const wrong = (message: string, help: string) => new SluiceError('ERR_EVAL_SUBJECT', message, { help });
	if (input !== undefined && session !== undefined) {
		throw wrong('both --input and --session are given', 'judge one thing: leave one of them out');
	}
	if (session !== undefined && at === undefined) {
		throw wrong('--session needs --at: which frame?', 'give the `seq` of a frame; `sluice play` shows them');
	}
	if (session === undefined && at !== undefined) {
		throw wrong('--at needs --session: a frame of what?', 'name the recorded session with --session');
	}
	if (session !== undefined)
		return (policy, shell) => recordedFrame(session, at!, reveal === true, place, policy, shell);
	if (input === undefined) {
		throw wrong(
			'there is nothing to judge',
			'give an input document with --input FILE, or a recorded frame with --session and --at',
		);
	}
	return (policy, shell) => writtenInput(input, policy, shell);
}

/** A rule may quote in its message what it has seen. */
function cleaned(decided: Decided, { text }: Cleaner): Decided {
	return {
		...decided,
		reasons: decided.reasons.map((reason) => ({ ...reason, message: text(reason.message) })),
		...(decided.hold === undefined
			? {}
			: { hold: { ...decided.hold, demands: decided.hold.demands.map((d) => ({ ...d, message: text(d.message) })) } }),
	};
}

/** For people. */
export function spellEvaluated(result: Evaluated, shell: Shell, verbose = false): string {
	const ink = result.verdict === 'allow' ? 'green' : result.verdict === 'deny' ? 'red' : 'yellow';
	const lines = [paint(ink, result.verdict, shell.color) + (result.code === undefined ? '' : `  ${result.code}`)];
	if (result.recorded !== undefined) {
		const { session, seq, message, embedded_in } = result.recorded;
		const what = embedded_in === undefined ? 'message' : `within ${embedded_in}: message`;
		const which = message === undefined ? '' : `, ${what} ${message[0]} of ${message[1]} in it`;
		lines.unshift(wrap(`${session} frame ${seq}${which}`, shell.width));
	}
	if (result.message !== undefined) lines.push(wrap(result.message, shell.width));
	for (const reason of result.reasons) {
		const was = reason.was === undefined || reason.set !== 'warn' ? '' : ` (would be ${reason.was})`;
		lines.push(`  ${wrap(`${reason.set} ${reason.rule}: ${reason.message}${was}`, shell.width - 2, '    ')}`);
	}
	for (const { label, scope } of result.labels) lines.push(`  label ${label} (${scope})`);
	const { explanation } = result;
	const look = { width: shell.width, color: shell.color, verbose };
	return `${lines.join('\n')}\n${explanation === undefined ? '' : spellExplanation(explanation, look)}`;
}
