import { FUEL_EXPORT, STACK_POINTER_EXPORT } from '../../../../engine/policy/fuel/meter.ts';

/** Value types (WebAssembly Core Specification 2.0, §5.3.1). */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;

export type Code = readonly number[];

export interface Fn {
	readonly params?: readonly number[];
	readonly results?: readonly number[];
	/** Pairs of count and type. */
	readonly locals?: readonly (readonly [number, number])[];
	/** Instructions without the last `end`. */
	readonly code: Code;
	readonly export?: string;
}

export interface Shape {
	/** Functions that come first: `env.h0`, `env.h1`, … */
	readonly imports?: readonly Pick<Fn, 'params' | 'results'>[];
	readonly functions: readonly Fn[];
	/** Members of table 0. */
	readonly table?: readonly number[];
	/** Globals as bytes; default one stack pointer. */
	readonly globals?: readonly Code[];
	/** Further exports as bytes. */
	readonly exports?: readonly Code[];
	readonly data?: readonly Code[];
	/** Whole sections, `[id, content]`, put in order; a second one of an id follows the first. */
	readonly sections?: readonly (readonly [number, Code])[];
	/** Content of sections in place of what would be there; undefined leaves the section out. */
	readonly replace?: Readonly<Record<number, Code | undefined>>;
	readonly start?: number;
}

/** What LLVM's linker makes first: a mutable i32 at 65536. */
export const STACK_POINTER: Code = [I32, 1, 0x41, 0x80, 0x80, 0x04, 0x0b];

export function u(value: number): number[] {
	const bytes: number[] = [];
	let rest = value >>> 0;
	do {
		bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
		rest >>>= 7;
	} while (rest > 0);
	return bytes;
}

/** `i32.const` */
export function i32(value: number): number[] {
	const bytes = [0x41];
	for (let rest = value | 0; ; rest >>= 7) {
		const last = rest >= -64 && rest < 64;
		bytes.push((rest & 0x7f) | (last ? 0 : 0x80));
		if (last) return bytes;
	}
}

const vec = (items: readonly Code[]): number[] => [...u(items.length), ...items.flat()];
export const text = (value: string): number[] => [...u(value.length), ...Buffer.from(value)];

/** A module from its parts; imports `env.memory` of one page as OPA's do. */
export function assemble(shape: Shape): Uint8Array {
	const {
		imports = [],
		functions,
		table = [],
		globals = [STACK_POINTER],
		exports = [],
		data = [],
		sections = [],
	} = shape;
	const all = [...imports, ...functions];
	const given: (readonly [number, Code])[] = [
		[
			1,
			vec(
				all.map(({ params = [], results = [] }) => [
					0x60,
					...u(params.length),
					...params,
					...u(results.length),
					...results,
				]),
			),
		],
		[
			2,
			vec([
				[...text('env'), ...text('memory'), 2, 0, 1],
				...imports.map((_, i) => [...text('env'), ...text(`h${i}`), 0, ...u(i)]),
			]),
		],
		[3, vec(functions.map((_, i) => u(imports.length + i)))],
		...(table.length > 0 ? [[4, [1, 0x70, 0, ...u(table.length)]] as const] : []),
		[6, vec(globals)],
		[7, vec([...functions.map((fn, i) => [...text(fn.export ?? `f${i}`), 0, ...u(imports.length + i)]), ...exports])],
		...(shape.start === undefined ? [] : [[8, u(shape.start)] as const]),
		...(table.length > 0 ? [[9, [1, 0, 0x41, 0, 0x0b, ...vec(table.map(u))]] as const] : []),
		[10, vec(functions.map(body))],
		...(data.length > 0 ? [[11, vec(data)] as const] : []),
		...sections,
	];
	const place = (id: number): number => ({ 0: 99, 12: 9.5, 13: 5.5 })[id] ?? id;
	const { replace = {} } = shape;
	const ordered = given
		.filter(([id]) => !(id in replace && replace[id] === undefined))
		.map(([id, content]) => [id, replace[id] ?? content] as const)
		.map((section, i) => ({ section, i }))
		.sort((a, b) => place(a.section[0]) - place(b.section[0]) || a.i - b.i);
	return Uint8Array.from([
		...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...ordered.flatMap(({ section: [id, content] }) => [id, ...u(content.length), ...content]),
	]);
}

function body({ locals = [], code }: Fn): number[] {
	const content = [...vec(locals.map(([count, type]) => [...u(count), type])), ...code, 0x0b];
	return [...u(content.length), ...content];
}

export interface Running {
	readonly f: Record<string, (...args: (number | bigint)[]) => number | bigint | undefined>;
	readonly memory: WebAssembly.Memory;
	readonly fuel: WebAssembly.Global;
	readonly stackPointer: WebAssembly.Global;
}

/** An instance, host functions supplied. */
export function run(wasm: Uint8Array, host: readonly ((...args: never[]) => unknown)[] = []): Running {
	const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
	const env = { memory, ...Object.fromEntries(host.map((fn, i) => [`h${i}`, fn])) };
	const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env });
	return {
		f: exports as Running['f'],
		memory,
		fuel: exports[FUEL_EXPORT] as WebAssembly.Global,
		stackPointer: exports[STACK_POINTER_EXPORT] as WebAssembly.Global,
	};
}
