import type { CompilerProblem } from '../../../engine/policy/compiler-protocol.ts';
import type { Evaluation } from '../../../engine/policy/types.ts';

/**
 * What an engine made of one program and one input. `text` is the value as the program itself prints it, with types and
 * all digits; `plain` is the value as JSON.
 */
export type Answer =
	| { readonly kind: 'value'; readonly text: string; readonly plain: string }
	| { readonly kind: 'undefined' }
	| { readonly kind: 'conflict' }
	| { readonly kind: 'failure'; readonly message: string };

/** One of OPA's interpreter. */
export function answerOfInterpreter(outcome: { defined: boolean; value?: unknown; error?: CompilerProblem }): Answer {
	const { error } = outcome;
	if (error !== undefined) {
		if (error.code === 'eval_conflict_error') return { kind: 'conflict' };
		return { kind: 'failure', message: `${error.code}: ${error.message}` };
	}
	return outcome.defined ? answered(outcome.value) : { kind: 'undefined' };
}

/** One of our engine. In a module, a conflict of values is an abort with OPA's words. */
export function answerOfEngine(evaluation: Evaluation): Answer {
	if (evaluation.ok) return answered(evaluation.decision);
	const { code, message } = evaluation;
	if (code === 'ERR_EVALUATION_UNDEFINED') return { kind: 'undefined' };
	if (code === 'ERR_EVALUATION_ABORTED' && /var assignment conflict|object insert conflict/.test(message)) {
		return { kind: 'conflict' };
	}
	return { kind: 'failure', message: `${code}: ${message}` };
}

function answered(decision: unknown): Answer {
	const { text, value } = decision as { text?: unknown; value?: unknown };
	return { kind: 'value', text: String(text), plain: JSON.stringify(value, asDoubles) };
}

/** The interpreter's answers come through `JSON.parse`; all digits are compared in the text. */
function asDoubles(_: string, value: unknown): unknown {
	if (typeof value === 'bigint') return Number(value);
	if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
	return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A failure is never the same as anything: no program of the generator should end in one. */
export function sameAnswer(a: Answer, b: Answer): boolean {
	if (a.kind === 'value' && b.kind === 'value') return a.text === b.text && a.plain === b.plain;
	return a.kind === b.kind && a.kind !== 'failure';
}

/** For people. */
export function told(answer: Answer): string {
	if (answer.kind === 'value') return `${answer.text}\n    as JSON ${answer.plain}`;
	return answer.kind === 'failure' ? answer.message : answer.kind;
}
