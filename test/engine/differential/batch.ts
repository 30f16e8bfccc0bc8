import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../engine/policy/capabilities.ts';
import { type Compiler, CompilerRefusal } from '../../../engine/policy/compiler.ts';
import type { CompilerProblem, Operations } from '../../../engine/policy/compiler-protocol.ts';
import { createEvaluator } from '../../../engine/policy/evaluate.ts';
import type { PolicyFile } from '../../../engine/policy/types.ts';
import { type Answer, answerOfEngine, answerOfInterpreter } from './answer.ts';
import type { Program } from './generate/program.ts';

/** One program and the documents that it is asked about. */
export interface Case {
	readonly program: Program;
	readonly inputs: readonly Readonly<Record<string, unknown>>[];
}

/** What became of a case: the answers to its inputs, or why it did not compile. */
export type CaseResult =
	| { readonly problem: CompilerProblem }
	| { readonly pairs: readonly { readonly ours: Answer; readonly theirs: Answer }[] };

/** 2025-10-09; both engines are told the same, and a double holds it. */
const NOW_NS = 1_760_000_000_000_000_000;

export const builtins: readonly string[] = capabilities(hostBuiltins.keys());

/**
 * Runs cases in both engines. All of them are one module, as compiling costs much the same for one program and for
 * thirty; a program that does not compile is left out.
 */
export async function runBatch(compiler: Compiler, cases: readonly Case[], base: unknown): Promise<CaseResult[]> {
	const problems = new Map<number, CompilerProblem>();
	const { modules, wasm } = await compileAll(compiler, cases, problems);
	const results = cases.map(
		(_, i): CaseResult => ({ problem: problems.get(i) ?? { code: 'none', message: 'nothing' } }),
	);
	const left = cases.flatMap(({ inputs }, index) => (problems.has(index) ? [] : [{ index, inputs }]));
	if (left.length === 0) return results;
	const asked = left.flatMap(({ index, inputs }) => inputs.map((input) => ({ ...input, case: nameOf(index) })));
	const data = { base };
	const outcomes = await interpreted(compiler, modules, data, asked);
	if (outcomes instanceof CompilerRefusal) {
		// The interpreter itself broke down. That is one program's doing.
		if (cases.length > 1) return Promise.all(cases.map(async (each) => (await runBatch(compiler, [each], base))[0]!));
		return [{ problem: { code: 'interpreter', message: outcomes.message } }];
	}
	const evaluator = createEvaluator(wasm, data);
	const pairs = asked.map((input, i) => ({
		ours: answerOfEngine(
			evaluator.evaluate(Buffer.from(JSON.stringify(input)), { nowNs: BigInt(NOW_NS), seed: 'differential' }),
		),
		theirs: answerOfInterpreter(outcomes[i]!),
	}));
	evaluator.close();
	let at = 0;
	for (const { index, inputs } of left) {
		results[index] = { pairs: pairs.slice(at, at + inputs.length) };
		at += inputs.length;
	}
	return results;
}

async function interpreted(
	compiler: Compiler,
	modules: readonly PolicyFile[],
	data: unknown,
	inputs: readonly unknown[],
): Promise<Operations['eval']['out']['outcomes'] | CompilerRefusal> {
	const query = 'data.sluice.main.decision';
	try {
		return (await compiler.request('eval', { modules, builtins, query, data, inputs, nowNs: NOW_NS })).outcomes;
	} catch (error) {
		if (error instanceof CompilerRefusal) return error;
		throw error;
	}
}

const nameOf = (index: number): string => `c${index}`;

/** The module that picks the program; it prints the value itself, as JSON has no sets. */
function main(indices: readonly number[]): PolicyFile {
	const rules = indices.map((i) => `decision := answer(data.cases.${nameOf(i)}.out) if input.case == "${nameOf(i)}"`);
	const text = `package sluice.main\n\nanswer(out) := {"text": sprintf("%v", [[out]]), "value": out}\n\n${rules.join('\n')}\n`;
	return { path: 'main.rego', text };
}

/** Compiles; takes out what the compiler complains about until it does not. */
async function compileAll(
	compiler: Compiler,
	cases: readonly Case[],
	problems: Map<number, CompilerProblem>,
): Promise<{ modules: readonly PolicyFile[]; wasm: Buffer }> {
	for (;;) {
		const indices = cases.flatMap((_, i) => (problems.has(i) ? [] : [i]));
		const files = indices.map((i) => ({ path: `${nameOf(i)}.rego`, text: cases[i]!.program(nameOf(i)) }));
		const modules = [main(indices), ...files];
		if (indices.length === 0) return { modules, wasm: Buffer.alloc(0) };
		try {
			const { wasm } = await compiler.request('compile', { modules, builtins, entrypoints: ['sluice/main/decision'] });
			return { modules, wasm: Buffer.from(wasm, 'base64') };
		} catch (error) {
			if (!(error instanceof CompilerRefusal)) throw error;
			const before = problems.size;
			for (const problem of error.problems) {
				const index = /^c(\d+)\.rego$/.exec(problem.file ?? '')?.[1];
				if (index !== undefined && !problems.has(Number(index))) problems.set(Number(index), problem);
			}
			// A complaint without a place: of one program it is that one's, of several we look at each alone.
			if (problems.size === before) {
				if (indices.length === 1) problems.set(indices[0]!, error.problems[0]!);
				else await single(compiler, cases, indices, problems);
			}
		}
	}
}

async function single(
	compiler: Compiler,
	cases: readonly Case[],
	indices: readonly number[],
	problems: Map<number, CompilerProblem>,
): Promise<void> {
	const before = problems.size;
	for (const i of indices) {
		const alone = new Map<number, CompilerProblem>();
		await compileAll(compiler, [cases[i]!], alone);
		const problem = alone.get(0);
		if (problem !== undefined) problems.set(i, problem);
	}
	if (problems.size === before) throw new Error('programs that compile alone do not compile together');
}
