import type { Builtin } from '../../../../engine/policy/builtins/types.ts';
import { BuiltinError } from '../../../../engine/policy/builtins/types.ts';
import { capabilities } from '../../../../engine/policy/capabilities.ts';
import type { Compiler } from '../../../../engine/policy/compiler.ts';
import { print } from '../../../../engine/policy/value/print.ts';
import { readValue } from '../../../../engine/policy/value/read.ts';

/** A function and its arguments, as Rego writes them. */
export type Call = readonly [fn: string, ...args: string[]];

/** A value in Rego, of which the source has only ASCII. */
export const rego = (value: unknown): string =>
	JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Each function with every combination of arguments from these lists. */
export function calls(fn: string, ...lists: readonly (readonly string[])[]): Call[] {
	return lists.reduce<Call[]>((all, list) => all.flatMap((call) => list.map((arg): Call => [...call, arg])), [[fn]]);
}

/**
 * What our functions say otherwise than OPA's interpreter, a line for each call: the values as OPA prints them, so
 * that a set is no array and `1.0` is not `1`.
 */
export async function differences(
	compiler: Compiler,
	builtins: Readonly<Record<string, Builtin>>,
	all: readonly Call[],
): Promise<string[]> {
	const arity = new Map(all.map(([fn, ...args]) => [fn, args.length]));
	// The index makes each call one of its own: OPA would take `f(1.0)` for `f(1)`, which it knows already.
	const rules = [...arity].map(([fn, n]) => {
		const args = Array.from({ length: n }, (_, i) => `c[${i + 1}]`).join(', ');
		return `call(_, c) := ${fn}(${args}) if c[0] == "${fn}"`;
	});
	const cases = all.map(([fn, ...args]) => `[${[rego(fn), ...args].join(', ')}]`).join(',\n');
	const text = `package t\n\nanswers := {i: sprintf("%v", [[v]]) | some i, c in [${cases}]; v := call(i, c)}\n${rules.join('\n')}\n`;
	const { outcomes } = await compiler.request('eval', {
		modules: [{ path: 't.rego', text }],
		builtins: capabilities([...arity.keys(), 'sprintf']),
		query: 'data.t.answers',
		inputs: [{}],
	});
	const theirs = outcomes[0]?.value as Readonly<Record<string, string>> | undefined;
	if (theirs === undefined) throw new Error(`the interpreter has no answers: ${JSON.stringify(outcomes)}`);
	return all.flatMap(([fn, ...args], i) => {
		const ours = answer(builtins[fn]!, args) ?? 'undefined';
		// Strings of Go may hold bytes that are no UTF-8; in JSON each of them is U+FFFD, as in ours.
		const their = (theirs[i] ?? 'undefined').replace(/(?<!\\)\\x[89a-f][0-9a-f]/g, '\ufffd');
		return ours === their ? [] : [`${fn}(${args.join(', ')})\n  ours   ${ours}\n  theirs ${their}`];
	});
}

function answer(builtin: Builtin, args: readonly string[]): string | undefined {
	try {
		const value = builtin({ nowNs: 0n, seed: '' }, ...args.map(readValue));
		return value === undefined ? undefined : print([value]);
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}
