import { EvaluationFailure, type OpaExports } from './abi.ts';
import { hostBuiltins } from './builtins/index.ts';
import { type Builtin, type BuiltinContext, BuiltinError } from './builtins/types.ts';
import { FUEL_EXPORT, STACK_POINTER_EXPORT } from './fuel/meter.ts';
import { LOAD_FUEL } from './limits.ts';
import { PROBE, type Probe, probeCall } from './probe.ts';
import { withoutSurrogatePairs } from './surrogate-pairs.ts';
import { readValue } from './value/read.ts';
import { RegoObject, RegoSet, type Value } from './value/value.ts';
import { writeValue } from './value/write.ts';

/** WebAssembly counts memory in pages of 64 KiB. */
const PAGE = 65_536;
/**
 * Evaluations between two resets of the heap. Compiled regexes live on the heap, so a reset at every evaluation
 * compiles them again each time; resetting rarely spares a policy with regexes most of that. More than a hundred, so that
 * those which begin anew are not what the slowest in a hundred looks like.
 */
export const ARENA_EVALUATIONS = 256;
/** … or as soon as the heap has grown by this much. */
const ARENA_BYTES = 16 * 1024 * 1024;

const NONE: ReadonlyMap<string, Builtin> = new Map();

/** What only some modules have. */
export interface InstanceExtras {
	/** Is told where an instrumented module passes. */
	readonly probe?: Probe | undefined;
	/** Functions that this module alone may call, as one with mutants does. */
	readonly own?: ReadonlyMap<string, Builtin>;
	/**
	 * Functions of one constant, a number as text, that are asked so often that the way of a built-in is too long: a
	 * constant is read once and known by its address. What is not true is undefined in Rego.
	 */
	readonly switches?: ReadonlyMap<string, (number: number) => boolean>;
}

/** Facts of the frame that built-ins may use. */
export type EvaluationFacts = BuiltinContext;

/**
 * One instance of a policy module with its data, used over and over. The module is a metered one (`meter`); a module as
 * OPA compiled it works too, for comparisons, but nothing cuts it off.
 *
 * Anything that throws leaves the C stack pointer where it was and the heap in the middle of something: then `repair`
 * puts back every byte that is not an evaluation's own, and the instance is as it was before its first evaluation.
 */
export class Instance {
	readonly #exports: OpaExports;
	readonly #memory: WebAssembly.Memory;
	#view: Buffer;
	readonly #names: readonly string[];
	readonly #entrypoints: RegoObject;
	readonly #entrypoint: number;
	readonly #data: number;
	/** The answer of every probe; below the heap of evaluations. */
	readonly #true: number = 0;
	/** Where the heap of evaluations begins. */
	readonly #base: number;
	/** The memory below `#base` as it is before the first evaluation. */
	readonly #loaded: Buffer;
	readonly #stackPointer: number | undefined;
	#last: { readonly text: string; readonly result: Value | undefined } = { text: 'set()', result: undefined };
	#evaluations = 0;
	#facts: EvaluationFacts = { nowNs: 0n, seed: '' };
	readonly #own: ReadonlyMap<string, Builtin>;

	/**
	 * Instantiates `module` with `memory` bytes and loads `data` (one JSON text). Throws `EvaluationFailure`, or what the
	 * module throws.
	 */
	constructor(
		module: WebAssembly.Module,
		data: Uint8Array,
		entrypoint: string,
		memory: number,
		{ probe, own = NONE, switches }: InstanceExtras = {},
	) {
		this.#own = own;
		const pages = Math.floor(memory / PAGE);
		this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
		this.#view = Buffer.from(this.#memory.buffer);
		const exports = this.#instantiate(module, probe, switches);
		this.#exports = exports;
		this.#stackPointer = exports[STACK_POINTER_EXPORT]?.value;
		this.#refuel(LOAD_FUEL);
		this.#names = inverse(this.#read(exports.builtins()) as RegoObject);
		this.#entrypoints = this.#read(exports.entrypoints()) as RegoObject;
		this.#entrypoint = this.#idOf(entrypoint);
		this.#data = this.#parse(data, 'ERR_EVALUATION_DATA');
		if (probe !== undefined || switches !== undefined)
			this.#true = this.#parse(Buffer.from('true'), 'ERR_EVALUATION_DATA');
		this.#base = exports.opa_heap_ptr_get();
		// Empties the lists of free blocks as well: from here on every evaluation begins alike.
		exports.opa_heap_ptr_set(this.#base);
		this.#loaded = Buffer.from(this.#bytes.subarray(0, this.#base));
	}

	#idOf(entrypoint: string): number {
		const id = this.#entrypoints.get(entrypoint);
		if (typeof id === 'number') return id;
		throw new EvaluationFailure('ERR_EVALUATION_ENTRYPOINT', `the module has no entrypoint \`${entrypoint}\``);
	}

	/** Bytes that evaluations have taken from the heap since it was last reset. */
	get heap(): number {
		return this.#exports.opa_heap_ptr_get() - this.#base;
	}

	/** What is left of the fuel; below 0 once it has run out. */
	get fuel(): number {
		return this.#exports[FUEL_EXPORT]?.value ?? 0;
	}

	/**
	 * The value of the entrypoint (that of the constructor, if no other is named) for `input` (one JSON text; without one, `input` is undefined in Rego), or undefined
	 * where Rego says undefined. Throws `EvaluationFailure` and whatever the module throws; then `repair`.
	 */
	evaluate(
		input: Uint8Array | undefined,
		facts: EvaluationFacts,
		fuel: number,
		entrypoint?: string,
	): Value | undefined {
		const x = this.#exports;
		if (this.#evaluations >= ARENA_EVALUATIONS || this.heap > ARENA_BYTES) this.reset();
		this.#evaluations++;
		this.#facts = facts;
		this.#refuel(fuel);
		const value = input && this.#parse(input, 'ERR_EVALUATION_INPUT');
		const context = x.opa_eval_ctx_new();
		if (value !== undefined) x.opa_eval_ctx_set_input(context, value);
		x.opa_eval_ctx_set_data(context, this.#data);
		x.opa_eval_ctx_set_entrypoint(context, entrypoint === undefined ? this.#entrypoint : this.#idOf(entrypoint));
		x.eval(context);
		// A set with one object, `{"result": value}`; an empty one where Rego says undefined.
		return this.#result(x.opa_eval_ctx_get_result(context));
	}

	/** Most frames get the answer of the one before, above all that no rule has anything to say. */
	#result(value: number): Value | undefined {
		const text = this.#string(this.#exports.opa_value_dump(value));
		if (text !== this.#last.text) this.#last = { text, result: resultIn(text) };
		return this.#last.result;
	}

	/** Empties the heap of evaluations, compiled regexes included. */
	reset(): void {
		this.#exports.opa_heap_ptr_set(this.#base);
		this.#evaluations = 0;
	}

	/**
	 * Puts everything back as it was before the first evaluation. The heap alone would not do: a cut may come in the middle
	 * of what the C++ of the module does once in its life.
	 */
	repair(): void {
		const stackPointer = this.#exports[STACK_POINTER_EXPORT];
		if (stackPointer !== undefined) stackPointer.value = this.#stackPointer!;
		this.#loaded.copy(this.#bytes);
		this.#refuel(LOAD_FUEL);
		this.reset();
	}

	#instantiate(module: WebAssembly.Module, probe: Probe | undefined, switches: InstanceExtras['switches']): OpaExports {
		const call = (id: number, args: readonly number[]) => this.#callBuiltin(id, args);
		const passed = probe && probeCall(probe, () => this.#bytes);
		const one = (id: number, _ctx: number, a: number) => call(id, [a]);
		const probed = (id: number, ctx: number, a: number) => {
			if (this.#names[id] !== PROBE) return one(id, ctx, a);
			passed?.(a);
			return this.#true;
		};
		const constants = new Map<number, number>();
		const switched = (id: number, ctx: number, a: number) => {
			const ask = switches?.get(this.#names[id] ?? '');
			if (ask === undefined) return one(id, ctx, a);
			let number = constants.get(a);
			if (number === undefined) {
				number = Number(this.#read(a));
				// what lies on the heap of an evaluation is no constant
				if (a < this.#base) constants.set(a, number);
			}
			return ask(number) ? this.#true : 0;
		};
		const { exports } = new WebAssembly.Instance(module, {
			env: {
				memory: this.#memory,
				opa_abort: (address: number) => {
					throw aborted(this.#string(address));
				},
				opa_println: () => {},
				opa_builtin0: (id: number) => call(id, []),
				opa_builtin1: switches !== undefined ? switched : passed === undefined ? one : probed,
				opa_builtin2: (id: number, _ctx: number, a: number, b: number) => call(id, [a, b]),
				opa_builtin3: (id: number, _ctx: number, a: number, b: number, c: number) => call(id, [a, b, c]),
				opa_builtin4: (id: number, _ctx: number, a: number, b: number, c: number, d: number) => call(id, [a, b, c, d]),
			},
		});
		return exports as unknown as OpaExports;
	}

	/** The memory has its final size from the start, but a module that asks to grow it by nothing detaches the view. */
	get #bytes(): Buffer {
		if (this.#view.buffer !== this.#memory.buffer) this.#view = Buffer.from(this.#memory.buffer);
		return this.#view;
	}

	#refuel(units: number): void {
		const fuel = this.#exports[FUEL_EXPORT];
		if (fuel !== undefined) fuel.value = units;
	}

	#parse(json: Uint8Array, code: string): number {
		const text = withoutSurrogatePairs(json);
		const value = this.#exports.opa_json_parse(this.#write(text), text.length);
		if (value === 0) throw new EvaluationFailure(code, 'not one JSON text');
		return value;
	}

	#write(text: Uint8Array): number {
		const address = this.#exports.opa_malloc(text.length);
		this.#bytes.set(text, address);
		return address;
	}

	#read(value: number): Value {
		const address = this.#exports.opa_value_dump(value);
		return readValue(this.#string(address));
	}

	#string(address: number): string {
		const bytes = this.#bytes;
		return bytes.toString('utf8', address, bytes.indexOf(0, address));
	}

	/** Go's semantics: a built-in that fails is undefined in Rego, not an exception. A missing one, or a fault in one, is a failure. */
	#callBuiltin(id: number, args: readonly number[]): number {
		const name = this.#names[id] ?? '?';
		const builtin = hostBuiltins.get(name) ?? this.#own.get(name);
		if (builtin === undefined) {
			throw new EvaluationFailure('ERR_EVALUATION_BUILTIN', `the built-in \`${name}\` is not available here`);
		}
		const values = args.map((address) => this.#read(address));
		let text: string;
		try {
			const result = builtin(this.#facts, ...values);
			if (result === undefined) return 0;
			text = writeValue(result);
		} catch (error) {
			if (error instanceof BuiltinError) return 0;
			const { message } = error as Error;
			throw new EvaluationFailure('ERR_EVALUATION_BUILTIN', `the built-in \`${name}\` failed: ${message}`);
		}
		const bytes = Buffer.from(text, 'utf8');
		return this.#exports.opa_value_parse(this.#write(bytes), bytes.length);
	}
}

/** The one member's `result`; undefined where there is no member. */
function resultIn(text: string): Value | undefined {
	let results: Value;
	try {
		results = readValue(text);
	} catch (error) {
		throw new EvaluationFailure(
			'ERR_EVALUATION_RESULT',
			`what the module gave is no value: ${(error as Error).message}`,
		);
	}
	if (!(results instanceof RegoSet))
		throw new EvaluationFailure('ERR_EVALUATION_RESULT', 'the module gave no set of results');
	const [first] = results.members;
	if (first === undefined) return undefined;
	const result = first instanceof RegoObject ? first.get('result') : undefined;
	if (result === undefined)
		throw new EvaluationFailure('ERR_EVALUATION_RESULT', 'the module gave a result without a value');
	return result;
}

/** OPA's own words for a heap that is full have no code of their own. */
function aborted(message: string): EvaluationFailure {
	const full = message.startsWith('opa_malloc') || message.startsWith('opa_realloc');
	return new EvaluationFailure(full ? 'ERR_EVALUATION_MEMORY' : 'ERR_EVALUATION_ABORTED', message);
}

function inverse(ids: RegoObject): string[] {
	const names: string[] = [];
	for (const [name, id] of ids.entries) names[id as number] = name as string;
	return names;
}
