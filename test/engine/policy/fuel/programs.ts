import fc from 'fast-check';
import { assemble, I32, i32 } from './assemble.ts';

/** Statements of a small structured language over i32 that always ends: every loop and every recursion counts down. */
export type Statement =
	| { readonly kind: 'assign'; readonly to: number; readonly value: Value }
	| { readonly kind: 'store'; readonly at: number; readonly value: Value }
	| { readonly kind: 'fill'; readonly length: Value }
	| { readonly kind: 'if'; readonly on: Value; readonly yes: readonly Statement[]; readonly no: readonly Statement[] }
	| { readonly kind: 'repeat'; readonly times: number; readonly body: readonly Statement[] }
	| { readonly kind: 'leave'; readonly on: Value; readonly loops: number }
	| { readonly kind: 'again'; readonly on: Value; readonly table: boolean }
	| { readonly kind: 'switch'; readonly on: Value; readonly cases: readonly (readonly Statement[])[] }
	| { readonly kind: 'return'; readonly value: Value };
export type Value =
	| { readonly kind: 'constant'; readonly value: number }
	| { readonly kind: 'local'; readonly index: number }
	| { readonly kind: 'load'; readonly at: number }
	| { readonly kind: 'binary'; readonly opcode: number; readonly left: Value; readonly right: Value }
	| { readonly kind: 'call'; readonly callee: number; readonly indirect: boolean; readonly argument: Value };

/** Local 0 is the parameter; then come the variables, then one counter for each depth of loops. */
const VARIABLES = 4;
const DEPTH = 3;
const FUNCTIONS = 4;
/** Address of the number of calls that may still be made. */
const CALLS_LEFT = 1024;
const BUFFER = 2048;

const { statements } = fc.letrec<{ value: Value; statement: Statement; statements: readonly Statement[] }>((tie) => ({
	value: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		fc.record({ kind: fc.constant('constant' as const), value: fc.integer({ min: -100, max: 300 }) }),
		fc.record({ kind: fc.constant('local' as const), index: fc.integer({ min: 0, max: VARIABLES }) }),
		fc.record({ kind: fc.constant('load' as const), at: fc.integer({ min: 0, max: 200 }) }),
		fc.record({
			kind: fc.constant('binary' as const),
			// add sub mul and or xor shl lt_s eq
			opcode: fc.constantFrom(0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x48, 0x46),
			left: tie('value'),
			right: tie('value'),
		}),
		fc.record({
			kind: fc.constant('call' as const),
			callee: fc.integer({ min: 0, max: FUNCTIONS - 1 }),
			indirect: fc.boolean(),
			argument: tie('value'),
		}),
	),
	statement: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		fc.record({
			kind: fc.constant('assign' as const),
			to: fc.integer({ min: 0, max: VARIABLES }),
			value: tie('value'),
		}),
		fc.record({ kind: fc.constant('store' as const), at: fc.integer({ min: 0, max: 200 }), value: tie('value') }),
		fc.record({ kind: fc.constant('fill' as const), length: tie('value') }),
		fc.record({
			kind: fc.constant('leave' as const),
			on: tie('value'),
			loops: fc.integer({ min: 1, max: DEPTH }),
		}),
		fc.record({ kind: fc.constant('again' as const), on: tie('value'), table: fc.boolean() }),
		fc.record({ kind: fc.constant('return' as const), value: tie('value') }),
		fc.record({ kind: fc.constant('if' as const), on: tie('value'), yes: tie('statements'), no: tie('statements') }),
		fc.record({
			kind: fc.constant('repeat' as const),
			times: fc.integer({ min: 1, max: 9 }),
			body: tie('statements'),
		}),
		fc.record({
			kind: fc.constant('switch' as const),
			on: tie('value'),
			cases: fc.array(tie('statements'), { minLength: 1, maxLength: 3 }),
		}),
	),
	statements: fc.array(tie('statement'), { maxLength: 4 }),
}));

/** Bodies of `FUNCTIONS` functions from i32 to i32 which call each other directly and through a table. */
export const programs: fc.Arbitrary<readonly (readonly Statement[])[]> = fc.array(statements, {
	minLength: FUNCTIONS,
	maxLength: FUNCTIONS,
});

/** The program as a module; `f0` to `f3` are exported. A function's result is the sum of its variables. */
export function compile(program: readonly (readonly Statement[])[]): Uint8Array {
	return assemble({
		functions: program.map((body) => ({
			params: [I32],
			results: [I32],
			locals: [[VARIABLES, I32] as const, [DEPTH, I32] as const],
			code: [
				...body.flatMap((one) => code(one, [])),
				...[0x20, 0],
				...Array.from({ length: VARIABLES }, (_, i) => [0x20, i + 1, 0x6a]).flat(),
			],
		})),
		table: program.map((_, index) => index),
	});
}

/** Allows `calls` calls in all; without, none. */
export function allowCalls(memory: WebAssembly.Memory, calls: number): void {
	new DataView(memory.buffer).setInt32(CALLS_LEFT, calls, true);
}

/** The loops around, the innermost last: labels as counted from here. */
type Place = readonly Around[];

interface Around {
	/** Of the loop. */
	readonly again: number;
	/** Of the block around it. */
	readonly exit: number;
	/** The local that counts down. */
	readonly counter: number;
}

function code(statement: Statement, place: Place): number[] {
	const inner = (list: readonly Statement[], deeper = 1): number[] =>
		list.flatMap((one) => code(one, within(place, deeper)));
	switch (statement.kind) {
		case 'assign':
			return [...evaluate(statement.value), 0x21, statement.to];
		case 'store':
			return [...i32(statement.at), ...evaluate(statement.value), 0x36, 0, 0];
		case 'fill':
			return [...i32(BUFFER), ...i32(1), ...evaluate(statement.length), ...i32(0x3ff), 0x71, 0xfc, 11, 0];
		case 'return':
			return [...evaluate(statement.value), 0x0f];
		case 'if':
			return [...evaluate(statement.on), 0x04, 0x40, ...inner(statement.yes), 0x05, ...inner(statement.no), 0x0b];
		case 'leave': {
			const around = place.at(-Math.min(statement.loops, place.length));
			return [...evaluate(statement.on), ...(around === undefined ? [0x1a] : [0x0d, around.exit])];
		}
		case 'again': {
			const around = place.at(-1);
			if (around === undefined) return [];
			const { again, exit, counter } = around;
			// if (on) { if (--counter > 0) again; else leave }, in one of two spellings
			const left = [0x20, counter, ...i32(1), 0x6b, 0x22, counter, ...i32(0), 0x4a];
			const jump = statement.table ? [0x0e, 1, exit + 1, again + 1] : [0x0d, again + 1, 0x0c, exit + 1];
			return [...evaluate(statement.on), 0x04, 0x40, ...left, ...jump, 0x0b];
		}
		case 'repeat': {
			if (place.length === DEPTH) return inner(statement.body, 0);
			const counter = VARIABLES + 1 + place.length;
			const around = [...within(place, 2), { again: 0, exit: 1, counter }];
			return [
				...[...i32(statement.times), 0x21, counter, 0x02, 0x40, 0x03, I32],
				...statement.body.flatMap((one) => code(one, around)),
				...[0x20, counter, ...i32(1), 0x6b, 0x22, counter, ...i32(0), 0x4a, 0x0d, 0],
				// The loop gives a value, which is added to the first variable.
				...[0x20, counter, 0x0b, 0x20, 1, 0x6a, 0x21, 1, 0x0b],
			];
		}
		case 'switch': {
			// One block a case, br_table in the innermost; each case falls through into the next, as in C.
			const { cases } = statement;
			const labels = cases.map((_, index) => index);
			const open = [...cases, []].flatMap(() => [0x02, 0x40]);
			const rest = cases.flatMap((list, index) => [0x0b, ...inner(list, cases.length - index)]);
			return [...open, ...evaluate(statement.on), 0x0e, cases.length, ...labels, cases.length, ...rest, 0x0b];
		}
	}
}

function within(place: Place, deeper: number): Place {
	return place.map(({ again, exit, counter }) => ({ again: again + deeper, exit: exit + deeper, counter }));
}

function evaluate(value: Value): number[] {
	switch (value.kind) {
		case 'constant':
			return i32(value.value);
		case 'local':
			return [0x20, value.index];
		case 'load':
			return [...i32(value.at), 0x28, 0, 0];
		case 'binary':
			return [...evaluate(value.left), ...evaluate(value.right), value.opcode];
		case 'call': {
			// if (--left >= 0) call, else 1
			const left = [...i32(CALLS_LEFT), 0x28, 0, 0];
			const call = value.indirect ? [...i32(value.callee), 0x11, 0, 0] : [0x10, value.callee];
			return [
				...[...i32(CALLS_LEFT), ...left, ...i32(1), 0x6b, 0x36, 0, 0],
				...[...left, ...i32(0), 0x48, 0x04, I32, ...i32(1), 0x05, ...evaluate(value.argument), ...call, 0x0b],
			];
		}
	}
}
