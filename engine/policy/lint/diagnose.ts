import type { CompilerProblem } from '../compiler-protocol.ts';
import type { Diagnostic, Place } from '../types.ts';
import { compileWords } from './compile-words.ts';
import { parseWords } from './parse-words.ts';
import { typeWords } from './type-words.ts';

/** What is wrong in the user's words, with a code of ours. */
export interface Words {
	readonly code: string;
	readonly message: string;
	readonly help?: string;
	/** Where it is, if the compiler names another place. */
	readonly place?: Place;
}

/** The compiler's problems in the user's words, each once; what OPA said itself is kept beside. */
export function diagnose(problems: readonly CompilerProblem[]): Diagnostic[] {
	const found = problems.map(say);
	return found.filter((one, index) => !found.some((other, at) => at !== index && hides(other, at, one, index)));
}

function say(problem: CompilerProblem): Diagnostic {
	const words = wordsFor(problem);
	const { code, message } = problem;
	const place = words.place ?? placeOf(problem);
	return {
		level: 'error',
		code: words.code,
		message: words.message,
		...(words.help === undefined ? {} : { help: words.help }),
		...(place === undefined ? {} : { place }),
		opa: { code, message },
	};
}

function wordsFor(problem: CompilerProblem): Words {
	switch (problem.code) {
		case 'rego_parse_error':
			return parseWords(problem);
		case 'rego_type_error':
			return typeWords(problem);
		default:
			return compileWords(problem);
	}
}

function placeOf({ file, row = 1, col = 1, endRow, endCol }: CompilerProblem): Place | undefined {
	if (file === undefined) return undefined;
	const end = endRow === undefined || endCol === undefined ? {} : { endRow, endCol };
	return { file, row, col: Math.max(col, 1), ...end };
}

/** Of several complaints about one place, the first that says something: a parser stumbles more than once. */
function hides(other: Diagnostic, at: number, one: Diagnostic, index: number): boolean {
	if (one.code === 'ERR_REGO_RECURSION' && other.code === one.code)
		return at < index && cycleOf(other) === cycleOf(one);
	const [p, q] = [other.place, one.place];
	if (p === undefined || q === undefined || p.file !== q.file || p.row !== q.row) return false;
	if (other.code === one.code && p.col === q.col && other.message === one.message) return at < index;
	if (!SYNTAX.has(other.code) || !SYNTAX.has(one.code)) return false;
	return weight(other) > weight(one) || (weight(other) === weight(one) && at < index);
}

const SYNTAX: ReadonlySet<string> = new Set(['ERR_REGO_SYNTAX', 'ERR_REGO_V0']);

function weight({ code, help, opa }: Diagnostic): number {
	if (code === 'ERR_REGO_V0') return 3;
	if (help !== undefined && !/^(illegal|unexpected)/.test(opa?.message ?? '')) return 2;
	return /^illegal token/.test(opa?.message ?? '') ? 0 : 1;
}

/** The rules of a cycle, of which OPA complains for each. */
function cycleOf({ opa }: Diagnostic): string {
	const names = (opa?.message ?? '').split(': ').at(-1)!.split(' -> ');
	return [...new Set(names)].sort().join(' ');
}
