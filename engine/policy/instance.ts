import { EvaluationFailure, type OpaExports } from './abi.ts';
import { hostBuiltins } from './builtins/index.ts';
import { BuiltinError } from './builtins/types.ts';
import { readValue } from './value/read.ts';
import type { RegoObject, RegoSet, Value } from './value/value.ts';
import { writeValue } from './value/write.ts';

/** WebAssembly pages are 64 KiB. Growing is slow (a page at a time), so we start with what a policy usually needs. */
const PAGE = 65_536;
const INITIAL_PAGES = 96;
/** Hard bound of what one evaluation may take: 128 MiB. */
const MAXIMUM_PAGES = 2_048;
/**
 * Evaluations between two resets of the heap. Compiled regexes live on the heap, so a reset at every evaluation
 * compiles them again each time; resetting rarely spares a policy with regexes most of that.
 */
const ARENA_EVALUATIONS = 64;
/** … or as soon as the heap has grown by this much. */
const ARENA_BYTES = 3 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * One instance of a policy module with its data, used over and over. After anything that throws it is not to be
 * used again: an exception through WASM leaves the C shadow stack where it was, and some thousands of those
 * end the instance for good. `Evaluator` makes a new one instead.
 */
export class Instance {
	readonly #exports: OpaExports;
	readonly #memory: WebAssembly.Memory;
	readonly #data: number;
	readonly #base: number;
	readonly #entrypoint: number;
	#evaluations = 0;
	#nowNs = 0n;
	#seed = '';

	/** Instantiates `module` and loads `data` (one JSON text). Throws `EvaluationFailure`. */
	constructor(module: WebAssembly.Module, data: Uint8Array, entrypoint: string) {
		const minimum = Math.ceil((data.length * 24) / PAGE) + INITIAL_PAGES;
		if (minimum > MAXIMUM_PAGES) {
			throw new EvaluationFailure(
				'ERR_EVALUATION_MEMORY',
				`policy data of ${data.length} bytes is more than an evaluation may hold`,
			);
		}
		this.#memory = new WebAssembly.Memory({ initial: minimum, maximum: MAXIMUM_PAGES });
		let names: string[] = [];
		const call = (_arity: number, id: number, args: number[]): number => this.#callBuiltin(names[id], args);
		const instance = new WebAssembly.Instance(module, {
			env: {
				memory: this.#memory,
				opa_abort: (address: number) => {
					throw aborted(this.#string(address));
				},
				opa_println: () => {},
				opa_builtin0: (id: number, _ctx: number) => call(0, id, []),
				opa_builtin1: (id: number, _ctx: number, a: number) => call(1, id, [a]),
				opa_builtin2: (id: number, _ctx: number, a: number, b: number) => call(2, id, [a, b]),
				opa_builtin3: (id: number, _ctx: number, a: number, b: number, c: number) => call(3, id, [a, b, c]),
				opa_builtin4: (id: number, _ctx: number, a: number, b: number, c: number, d: number) =>
					call(4, id, [a, b, c, d]),
			},
		});
		this.#exports = instance.exports as unknown as OpaExports;
		names = inverse(this.#json(this.#exports.builtins()) as Record<string, number>);
		const id = (this.#json(this.#exports.entrypoints()) as Record<string, number>)[entrypoint];
		if (id === undefined) {
			throw new EvaluationFailure('ERR_EVALUATION_ENTRYPOINT', `the module has no entrypoint \`${entrypoint}\``);
		}
		this.#entrypoint = id;
		this.#data = this.#parse(data, 'ERR_EVALUATION_DATA');
		this.#base = this.#exports.opa_heap_ptr_get();
	}

	/**
	 * The value of the entrypoint for `input` (without one, `input` is undefined in Rego), or undefined where Rego says
	 * undefined. Throws; then drop the instance.
	 */
	evaluate(input: Uint8Array | undefined, nowNs: bigint, seed: string): Value | undefined {
		const x = this.#exports;
		if (this.#evaluations >= ARENA_EVALUATIONS || x.opa_heap_ptr_get() - this.#base > ARENA_BYTES) {
			x.opa_heap_ptr_set(this.#base);
			this.#evaluations = 0;
		}
		this.#evaluations++;
		this.#nowNs = nowNs;
		this.#seed = seed;
		const value = input && this.#parse(input, 'ERR_EVALUATION_INPUT');
		const context = x.opa_eval_ctx_new();
		if (value !== undefined) x.opa_eval_ctx_set_input(context, value);
		x.opa_eval_ctx_set_data(context, this.#data);
		x.opa_eval_ctx_set_entrypoint(context, this.#entrypoint);
		x.eval(context);
		// A set with one object, `{"result": value}`; an empty one where Rego says undefined.
		const results = this.#read(x.opa_eval_ctx_get_result(context)) as RegoSet;
		return (results.members[0] as RegoObject | undefined)?.get('result');
	}

	#parse(text: Uint8Array, code: string): number {
		const address = this.#exports.opa_malloc(text.length);
		// A fresh view each time: growing the memory detaches the old buffer.
		new Uint8Array(this.#memory.buffer, address, text.length).set(text);
		const value = this.#exports.opa_json_parse(address, text.length);
		if (value === 0) throw new EvaluationFailure(code, 'not one JSON text');
		return value;
	}

	#string(address: number): string {
		const bytes = new Uint8Array(this.#memory.buffer);
		return utf8.decode(bytes.subarray(address, bytes.indexOf(0, address)));
	}

	#read(value: number): Value {
		return readValue(this.#string(this.#exports.opa_value_dump(value)));
	}

	#json(value: number): unknown {
		return JSON.parse(this.#string(this.#exports.opa_json_dump(value)));
	}

	/** Go's semantics: a built-in that fails is undefined in Rego, not an exception. Only a missing one is a failure. */
	#callBuiltin(name: string | undefined, args: number[]): number {
		const builtin = name === undefined ? undefined : hostBuiltins.get(name);
		if (builtin === undefined) {
			throw new EvaluationFailure('ERR_EVALUATION_BUILTIN', `the built-in \`${name ?? '?'}\` is not available here`);
		}
		const values = args.map((address) => this.#read(address));
		let text: string;
		try {
			const result = builtin({ nowNs: this.#nowNs, seed: this.#seed }, ...values);
			if (result === undefined) return 0;
			text = writeValue(result);
		} catch (error) {
			if (error instanceof BuiltinError) return 0;
			throw new EvaluationFailure(
				'ERR_EVALUATION_BUILTIN',
				`the built-in \`${name}\` failed: ${(error as Error).message}`,
			);
		}
		return this.#value(text);
	}

	#value(text: string): number {
		const bytes = Buffer.from(text, 'utf8');
		const address = this.#exports.opa_malloc(bytes.length);
		new Uint8Array(this.#memory.buffer, address, bytes.length).set(bytes);
		return this.#exports.opa_value_parse(address, bytes.length);
	}
}

/** OPA's own words for a heap that is full have no code of their own. */
function aborted(message: string): EvaluationFailure {
	const full = message.startsWith('opa_malloc') || message.startsWith('opa_realloc');
	return new EvaluationFailure(full ? 'ERR_EVALUATION_MEMORY' : 'ERR_EVALUATION_ABORTED', message);
}

function inverse(ids: Record<string, number>): string[] {
	const names: string[] = [];
	for (const [name, id] of Object.entries(ids)) names[id] = name;
	return names;
}
