import t from 'tap';
import { createEvaluator } from '../../../engine/policy/evaluate.ts';
import type { Evaluation } from '../../../engine/policy/types.ts';
import { COLD } from './compiler-for-tests.ts';
import { moduleOf } from './module-of.ts';

// Each call that an evaluation depends on fails in turn, in each way in which it can. Whatever happens, there is no
// decision but the right one, and the next evaluation has it.

t.setTimeout(COLD);

const INPUT = Buffer.from('{"word":"gut","list":[1,2,3]}');
const FACTS = { nowNs: 0n, seed: '' };
const wasm = await moduleOf(
	'decision := {"length": count(input.word), "list": {x | some x in input.list}, "hash": crypto.md5(input.word)}',
);

type Exports = Record<string, (...args: number[]) => number>;
type Fault = (real: () => number) => number;

const FAULTS: Readonly<Record<string, Fault>> = {
	'an exception of the host': () => {
		throw new Error('injected');
	},
	'a trap': () => {
		throw new WebAssembly.RuntimeError('injected');
	},
	'a full stack': () => {
		throw new RangeError('Maximum call stack size exceeded');
	},
	'no address': () => 0,
	'an address outside': () => 0x7fff_fff0,
	'a negative number': () => -1,
	'a trap after its work': (real) => {
		real();
		throw new WebAssembly.RuntimeError('injected');
	},
};

/** Which export fails from now on, at its how manieth call. */
let armed: { readonly name: string; calls: number; readonly fault: Fault } | undefined;

const { Instance } = WebAssembly;
t.teardown(() => {
	WebAssembly.Instance = Instance;
});
WebAssembly.Instance = class {
	readonly exports: Record<string, unknown>;

	constructor(...args: ConstructorParameters<typeof WebAssembly.Instance>) {
		if (armed?.name === 'instantiate') throw new Error('injected');
		const { exports } = new Instance(...args);
		this.exports = Object.fromEntries(
			Object.entries(exports as Exports).map(([name, real]) => [
				name,
				typeof real === 'function' ? (...given: number[]) => call(name, () => real(...given)) : real,
			]),
		);
	}
};

function call(name: string, real: () => number): number {
	if (armed === undefined || armed.name !== name || --armed.calls > 0) return real();
	const { fault } = armed;
	armed = undefined;
	return fault(real);
}

const USED = [
	...['opa_malloc', 'opa_json_parse', 'opa_value_parse', 'opa_value_dump', 'opa_heap_ptr_get', 'opa_heap_ptr_set'],
	...['opa_eval_ctx_new', 'opa_eval_ctx_set_input', 'opa_eval_ctx_set_data', 'opa_eval_ctx_set_entrypoint'],
	...['opa_eval_ctx_get_result', 'eval'],
];

t.test('no call that fails makes a decision', async (t) => {
	const evaluator = createEvaluator(wasm, {});
	const evaluate = (): Evaluation => evaluator.evaluate(INPUT, FACTS);
	const right = JSON.stringify(evaluate());
	t.match(right, /"length":3/);
	const codes = new Map<string, Set<string>>();
	for (const name of USED) {
		for (const [what, fault] of Object.entries(FAULTS)) {
			for (let calls = 1; calls <= 3; calls++) {
				armed = { name, calls, fault };
				const got = evaluate();
				armed = undefined;
				if (got.ok && JSON.stringify(got) !== right) t.fail(`${name}, ${what}: ${JSON.stringify(got)}`);
				if (!got.ok) codes.set(name, (codes.get(name) ?? new Set()).add(got.code));
				const after = JSON.stringify(evaluate());
				if (after !== right) t.fail(`after ${name}, ${what}: ${after}`);
			}
		}
	}
	for (const name of USED.filter((name) => !name.startsWith('opa_heap'))) t.ok(codes.has(name), `${name} was called`);
	t.ok(codes.get('opa_json_parse')?.has('ERR_EVALUATION_INPUT'));
	t.ok(codes.get('opa_value_dump')?.has('ERR_EVALUATION_RESULT'));
	t.ok(codes.get('eval')?.has('ERR_EVALUATION_TRAP'));
	t.ok(codes.get('eval')?.has('ERR_EVALUATION_DEPTH'));
});

t.test('an instance that cannot be mended is replaced, and if none can be made, nothing is decided', async (t) => {
	const evaluator = createEvaluator(wasm, {});
	const right = evaluator.evaluate(INPUT, FACTS);
	const { copy } = Buffer.prototype;
	t.teardown(() => {
		Buffer.prototype.copy = copy;
	});
	Buffer.prototype.copy = () => {
		throw new Error('injected');
	};
	armed = { name: 'eval', calls: 1, fault: FAULTS['a trap']! };
	t.match(evaluator.evaluate(INPUT, FACTS), { ok: false, code: 'ERR_EVALUATION_TRAP' });
	Buffer.prototype.copy = copy;
	armed = { name: 'instantiate', calls: 1, fault: FAULTS['a trap']! };
	t.match(evaluator.evaluate(INPUT, FACTS), { ok: false, code: 'ERR_EVALUATION_INSTANCE', message: /injected/ });
	t.match(evaluator.evaluate(INPUT, FACTS), { ok: false, code: 'ERR_EVALUATION_INSTANCE' });
	armed = undefined;
	t.strictSame(evaluator.evaluate(INPUT, FACTS), right);
});

t.test('a policy that cannot be instantiated does not load', async (t) => {
	armed = { name: 'instantiate', calls: 1, fault: FAULTS['a trap']! };
	t.throws(() => createEvaluator(wasm, {}), /injected/);
	armed = undefined;
});
