import type { OpaExports } from '../../../../engine/policy/abi.ts';
import { hostBuiltins } from '../../../../engine/policy/builtins/index.ts';
import { type Builtin, BuiltinError } from '../../../../engine/policy/builtins/types.ts';
import { FUEL_EXPORT, STACK_POINTER_EXPORT } from '../../../../engine/policy/fuel/meter.ts';
import { ENTRYPOINT } from '../../../../engine/policy/generate.ts';
import { fromJson, type Value } from '../../../../engine/policy/value/value.ts';
import { writeValue } from '../../../../engine/policy/value/write.ts';

/** Plenty for any evaluation that ends. */
export const PLENTY = 2 ** 31 - 1;
/** What an evaluation gets here unless a test says otherwise; a normal one takes some ten thousand. */
export const BUDGET = 5_000_000;

/** Equal, so that the memory never grows: the module keeps its end in a variable, which `repair` would take back. */
interface Pages {
	readonly initial: number;
	readonly maximum: number;
}

/**
 * The least host that runs a policy module, metered or not: what an engine around `meter` does, and nothing that
 * would hide a mistake of it.
 */
export class Host {
	readonly memory: WebAssembly.Memory;
	readonly #exports: OpaExports;
	readonly #data: number;
	readonly #base: number;
	/** The memory up to `#base` as it was before the first evaluation. */
	readonly #loaded: Uint8Array;
	readonly #stackPointer: number;
	readonly #entrypoint: number;
	/** What instantiation took from the fuel that a module comes with. */
	readonly started: number;

	constructor(module: WebAssembly.Module, data: unknown = {}, pages: Pages = { initial: 512, maximum: 512 }) {
		this.memory = new WebAssembly.Memory(pages);
		let names: string[] = [];
		const call = (id: number, ...args: number[]): number => {
			const builtin = hostBuiltins.get(names[id]!) as Builtin;
			const context = { nowNs: 0n, seed: 'test' };
			const result = attempt(() => builtin(context, ...args.map((arg) => fromJson(this.#json(arg)))));
			return result === undefined ? 0 : this.#parse(Buffer.from(writeValue(result)));
		};
		const { exports } = new WebAssembly.Instance(module, {
			env: {
				memory: this.memory,
				opa_abort: (address: number) => {
					throw new Error(this.#string(address));
				},
				opa_builtin0: (id: number) => call(id),
				opa_builtin1: (id: number, _: number, a: number) => call(id, a),
				opa_builtin2: (id: number, _: number, a: number, b: number) => call(id, a, b),
				opa_builtin3: (id: number, _: number, a: number, b: number, c: number) => call(id, a, b, c),
				opa_builtin4: (id: number, _: number, a: number, b: number, c: number, d: number) => call(id, a, b, c, d),
			},
		});
		this.#exports = exports as unknown as OpaExports;
		this.started = this.fuel;
		this.#stackPointer = this.stackPointer;
		this.refuel(PLENTY);
		const ids = this.#json(this.#exports.builtins()) as Record<string, number>;
		names = [];
		for (const [name, id] of Object.entries(ids)) names[id] = name;
		this.#entrypoint = (this.#json(this.#exports.entrypoints()) as Record<string, number>)[ENTRYPOINT]!;
		this.#data = this.#parse(Buffer.from(JSON.stringify(data)));
		this.#base = this.#exports.opa_heap_ptr_get();
		// `opa_heap_ptr_set` empties the lists of free blocks, so that this is the state before any evaluation.
		this.#exports.opa_heap_ptr_set(this.#base);
		this.#loaded = new Uint8Array(this.memory.buffer).slice(0, this.#base);
	}

	get fuel(): number {
		return this.#exports[FUEL_EXPORT]?.value ?? PLENTY;
	}

	get stackPointer(): number {
		return this.#exports[STACK_POINTER_EXPORT]?.value ?? 0;
	}

	refuel(units: number): void {
		const fuel = this.#exports[FUEL_EXPORT];
		if (fuel !== undefined) fuel.value = units;
	}

	/** The decision as JSON with sets sorted. Throws what the module throws, and leaves everything as it is then. */
	evaluate(input: Uint8Array, budget: number = BUDGET): unknown {
		const x = this.#exports;
		this.refuel(budget);
		const value = this.#parse(input);
		const context = x.opa_eval_ctx_new();
		x.opa_eval_ctx_set_input(context, value);
		x.opa_eval_ctx_set_data(context, this.#data);
		x.opa_eval_ctx_set_entrypoint(context, this.#entrypoint);
		x.eval(context);
		return sorted(this.#json(x.opa_eval_ctx_get_result(context)));
	}

	/** Fuel used by an evaluation. */
	cost(input: Uint8Array): number {
		this.evaluate(input);
		return BUDGET - this.fuel;
	}

	/** Forgets what evaluations left on the heap, compiled regexes included. */
	resetHeap(): void {
		this.refuel(PLENTY);
		this.#exports.opa_heap_ptr_set(this.#base);
	}

	/**
	 * What must be done after anything was thrown: the stack pointer, and all memory below what evaluations use. A cut
	 * may come in the middle of what C++ does once in the life of a module, which would stay half done otherwise.
	 */
	repair(): void {
		this.repairStackPointer();
		new Uint8Array(this.memory.buffer).set(this.#loaded);
		this.refuel(PLENTY);
	}

	repairStackPointer(): void {
		const pointer = this.#exports[STACK_POINTER_EXPORT];
		if (pointer !== undefined) pointer.value = this.#stackPointer;
	}

	#parse(text: Uint8Array): number {
		const address = this.#exports.opa_malloc(text.length);
		new Uint8Array(this.memory.buffer, address, text.length).set(text);
		return this.#exports.opa_json_parse(address, text.length);
	}

	#string(address: number): string {
		const bytes = new Uint8Array(this.memory.buffer);
		return Buffer.from(bytes.subarray(address, bytes.indexOf(0, address))).toString();
	}

	#json(value: number): unknown {
		return JSON.parse(this.#string(this.#exports.opa_json_dump(value)));
	}
}

/** A call that fails is undefined, as in OPA. */
function attempt(call: () => Value | undefined): Value | undefined {
	try {
		return call();
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}

/** Sets come out in the order of their hashes. */
function sorted(decision: unknown): unknown {
	return JSON.parse(JSON.stringify(decision), (_, value: unknown) =>
		Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value,
	);
}
