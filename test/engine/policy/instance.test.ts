import * as opa from '@open-policy-agent/opa-wasm';
import fc from 'fast-check';
import t from 'tap';
import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../engine/policy/capabilities.ts';
import { createEvaluator } from '../../../engine/policy/evaluate.ts';
import { Instance } from '../../../engine/policy/instance.ts';
import { DEFAULT_LIMITS } from '../../../engine/policy/limits.ts';
import type { Evaluation, Evaluator } from '../../../engine/policy/types.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

// Its types say one thing, its module another.
const { loadPolicy } = (opa as unknown as { default: typeof opa }).default;
const FACTS = { nowNs: 1_760_000_000_000_000_000n, seed: 's/1' };
const ENTRYPOINT = 'sluice/main/decision';

async function moduleOf(text: string, builtins: readonly string[] = capabilities(hostBuiltins.keys())) {
	const modules = [{ path: 'm.rego', text: `package sluice.main\n${text}` }];
	const { wasm } = await compiler.request('compile', { modules, builtins, entrypoints: [ENTRYPOINT] });
	return Buffer.from(wasm, 'base64');
}

const run = (evaluator: Evaluator, input: unknown): Evaluation =>
	evaluator.evaluate(Buffer.from(typeof input === 'string' ? input : JSON.stringify(input)), FACTS);

/** Sets come out in the order of their hashes: arrays are compared unordered. */
/** In one order, and with the doubles that the npm package has. */
function unordered(value: unknown): unknown {
	if (typeof value === 'bigint') return Number(value);
	if (Array.isArray(value))
		return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
	if (value === null || typeof value !== 'object') return value;
	const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(members.map(([key, inner]) => [key, unordered(inner)]));
}

// Rules of all the kinds that policies have: sets, comprehensions, walks, data, native regexes, else.
const RULES = `
decision := {"deny": deny, "hold": hold, "seen": seen, "level": level}
deny contains msg if {
	some name in data.closed
	contains(input.tool, name)
	msg := concat(" ", ["closed:", name])
}
deny contains "too big" if input.size > 9007199254740992
deny contains "secret" if { some s in strings; regex.match(\`sk-[a-z0-9]{4,}\`, s) }
hold contains {"message": m, "quorum": count(input.args)} if { m := object.get(data.holds, input.tool, null); m != null }
strings contains s if { walk(input.args, [_, s]); is_string(s) }
seen contains x if { some x in input.args }
level := "high" if input.size > 10
else := "low" if input.size >= 0
else := "odd"
`;
const DATA = { closed: ['bash', 'sh'], holds: { delete: 'wants a human' } };

const inputs = fc.record(
	{
		tool: fc.constantFrom('bash', 'read', 'delete', 'shell', 'a💥', ''),
		size: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant('x')),
		args: fc.oneof(
			fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('sk-abcd1'), fc.integer(), fc.boolean())),
			fc.dictionary(
				fc.string({ unit: 'grapheme' }),
				fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text.replaceAll(/\\ud[89a-f]../gi, ''))),
			),
			fc.constant(null),
		),
	},
	{ requiredKeys: [] },
);

t.test('decides as the npm package does, over and over on one instance', async (t) => {
	const wasm = await moduleOf(RULES);
	const evaluator = createEvaluator(wasm, DATA);
	const theirs = await loadPolicy(wasm, 100, { concat: (by: string, texts: string[]) => texts.join(by) });
	theirs.setData(DATA);
	fc.assert(
		fc.property(inputs, (input) => {
			const ours = run(evaluator, input);
			if (!ours.ok) throw new Error(`${ours.code}: ${ours.message}`);
			const [expected] = theirs.evaluate(JSON.parse(JSON.stringify(input)), ENTRYPOINT);
			const [mine, wanted] = [unordered(ours.decision), unordered(expected.result)].map((value) =>
				JSON.stringify(value),
			);
			if (mine !== wanted) throw new Error(`${mine}\n${wanted}`);
		}),
		{ numRuns: 1500 },
	);
	t.pass();
});

t.test('numbers are compared as they are written', async (t) => {
	const evaluator = createEvaluator(
		await moduleOf('decision := {"above": input.n > 9007199254740992, "is": input.n == 9007199254740993}'),
		{},
	);
	const of = (n: string) => run(evaluator, `{"n":${n}}`);
	t.match(of('9007199254740993'), { ok: true, decision: { above: true, is: true } });
	t.match(of('9007199254740992'), { ok: true, decision: { above: false, is: false } });
	t.match(of('9007199254740993.0'), { ok: true, decision: { above: true, is: true } });
	t.match(of(`1${'0'.repeat(400)}`), { ok: true, decision: { above: true } });
	t.match(of('-1e400'), { ok: true, decision: { above: false } });
});

// What goes wrong in a module, each with the code that it has.
const FAULTS = `
decision := {"fine": true} if input.do == "nothing"
decision := {"conflict": 1} if input.do == "conflict"
decision := {"conflict": 2} if input.do == "conflict"
decision := {"missing": crypto.sha256(input.do)} if input.do == "builtin"
decision := {"memory": count(numbers.range(1, 3000000))} if input.do == "memory"
decision := {"deep": json.unmarshal(concat("", [s | some s in array.concat(opening, closing)]))} if input.do == "stack"
opening := ["[" | some _ in numbers.range(1, 40000)]
closing := ["]" | some _ in numbers.range(1, 40000)]
`;
const EXPECTED: Readonly<Record<string, string>> = {
	conflict: 'ERR_EVALUATION_ABORTED',
	builtin: 'ERR_EVALUATION_BUILTIN',
	undefined: 'ERR_EVALUATION_UNDEFINED',
	json: 'ERR_EVALUATION_INPUT',
};
const inputFor = (fault: string): unknown => (fault === 'json' ? '{"do":' : { do: fault });

/** The module calls a function that nobody supplies: `builtin` is one that the engine has, taken away for this test. */
function without(name: string, body: () => void): void {
	const map = hostBuiltins as Map<string, (...args: unknown[]) => unknown>;
	const kept = map.get(name)!;
	map.delete(name);
	try {
		body();
	} finally {
		map.set(name, kept);
	}
}

t.test('a failed evaluation never poisons the next one', async (t) => {
	const evaluator = createEvaluator(await moduleOf(FAULTS), {});
	const fine = { ok: true, decision: { fine: true } };
	t.strictSame(run(evaluator, { do: 'nothing' }), fine);
	without('crypto.sha256', () => {
		for (const [fault, code] of Object.entries(EXPECTED)) {
			const wrong: unknown[] = [];
			for (let i = 0; i < 2000; i++) {
				const failed = run(evaluator, inputFor(fault));
				if (failed.ok || failed.code !== code) wrong.push(failed);
				// Not after each: the failures must not add up either.
				if (i % 10 !== 9) continue;
				const after = run(evaluator, { do: 'nothing' });
				if (!after.ok) wrong.push(after);
			}
			t.strictSame(wrong.slice(0, 3), [], `${fault}: ${code}, 2000 times`);
		}
	});
	t.match(run(evaluator, { do: 'builtin' }), { ok: true, decision: { missing: /^[0-9a-f]{64}$/ } });
});

t.test('what needs too much memory or too deep a stack is cut off, with a code of its own', async (t) => {
	const evaluator = createEvaluator(await moduleOf(FAULTS), {}, { fuel: 1e9, memory: 32 * 1024 * 1024 });
	for (let i = 0; i < 2; i++) {
		t.match(run(evaluator, { do: 'memory' }), { ok: false, code: 'ERR_EVALUATION_MEMORY' });
		t.match(run(evaluator, { do: 'nothing' }), { ok: true, decision: { fine: true } });
	}
	const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
	for (let i = 0; i < 50; i++) {
		const failed = run(evaluator, `{"do":"nothing","deep":${deep}}`);
		if (failed.ok || !/^ERR_EVALUATION_(MEMORY|DEPTH|FUEL)$/.test(failed.code)) t.fail(JSON.stringify(failed));
		const after = run(evaluator, { do: 'nothing' });
		if (!after.ok) t.fail(JSON.stringify(after));
	}
});

// The module's parser lets some things pass that are no JSON (`{…} x`): whoever evaluates gives it one JSON text.
t.test('what the module cannot read as input is a failure, never an absent input', async (t) => {
	const evaluator = createEvaluator(await moduleOf('decision := {"got": input}'), {});
	for (const text of [
		'',
		'{',
		'{"a":01}',
		'{"a":1,}',
		'set()',
		'{"a","b"}',
		'x',
		'{"a":"\\ud83d"}',
		'{"a":"\t"}',
		'\ufeff{}',
	]) {
		t.match(run(evaluator, text), { ok: false, code: /^ERR_EVALUATION_(INPUT|ABORTED)$/ }, JSON.stringify(text));
		t.match(run(evaluator, { a: 1 }), { ok: true, decision: { got: { a: 1 } } });
	}
	t.match(run(evaluator, { a: 'é💥\u0000' }), { ok: true, decision: { got: { a: 'é💥\u0000' } } });
});

t.test('nothing of one evaluation is left for the next, and memory stays where it is', async (t) => {
	const wasm = await moduleOf('decision := {"keys": [k | some k, _ in input.args], "n": count(input.args)}');
	const memories: WebAssembly.Memory[] = [];
	const real = WebAssembly.Memory;
	WebAssembly.Memory = class extends real {
		constructor(descriptor: ConstructorParameters<typeof WebAssembly.Memory>[0]) {
			super(descriptor);
			memories.push(this);
		}
	};
	t.teardown(() => {
		WebAssembly.Memory = real;
	});
	const evaluator = createEvaluator(wasm, {});
	const size = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
	const before = size();
	for (let i = 0; i < 3000; i++) {
		const args = i % 2 === 0 ? { [`secret${i}`]: 'x'.repeat(5000) } : {};
		const got = run(evaluator, { args });
		const expected = { keys: Object.keys(args), n: i % 2 === 0 ? 1 : 0 };
		if (!got.ok || JSON.stringify(got.decision) !== JSON.stringify({ ...(got.decision as object), ...expected })) {
			t.strictSame(got, { ok: true, decision: expected });
			break;
		}
	}
	t.equal(memories.length, 1, 'one instance did it all');
	t.equal(size(), before, '3000 evaluations fit the memory that there was');
});

t.test('data: loaded once, exact, and refused at once when it is too much', async (t) => {
	const wasm = await moduleOf('decision := {"got": data.limit, "text": data.text}');
	t.match(run(createEvaluator(wasm, { limit: 5, text: 'é' }), {}), { ok: true, decision: { got: 5, text: 'é' } });
	t.match(run(createEvaluator(wasm, {}), {}), { ok: false, code: 'ERR_EVALUATION_UNDEFINED' });
	t.throws(() => new Instance(new WebAssembly.Module(wasm), Buffer.from('{'), ENTRYPOINT, DEFAULT_LIMITS.memory), {
		code: 'ERR_EVALUATION_DATA',
	});
	t.throws(() => new Instance(new WebAssembly.Module(wasm), Buffer.from('{}'), 'other/entry', DEFAULT_LIMITS.memory), {
		code: 'ERR_EVALUATION_ENTRYPOINT',
	});
	t.throws(() => createEvaluator(Buffer.from('no module'), {}), { code: 'ERR_MODULE_MALFORMED' });
});

t.test('a built-in that fails is undefined; one with a fault ends the evaluation', async (t) => {
	const evaluator = createEvaluator(
		await moduleOf('decision := {"sha": object.get({"x": s | s := crypto.sha256(input.v)}, "x", "none")}'),
		{},
	);
	t.match(run(evaluator, { v: 5 }), { ok: true, decision: { sha: 'none' } });
	t.match(run(evaluator, { v: 'a' }), { ok: true, decision: { sha: /^[0-9a-f]{64}$/ } });
	const map = hostBuiltins as Map<string, (...args: unknown[]) => unknown>;
	const kept = map.get('crypto.sha256')!;
	t.teardown(() => map.set('crypto.sha256', kept));
	for (const [answer, code] of [
		[() => Number.NaN, 'ERR_EVALUATION_BUILTIN'],
		[() => 'x'.repeat(2 ** 27), 'ERR_EVALUATION_MEMORY'],
		[
			() => {
				throw new TypeError('a bug');
			},
			'ERR_EVALUATION_BUILTIN',
		],
	] as const) {
		map.set('crypto.sha256', answer);
		t.match(run(evaluator, { v: 'a' }), { ok: false, code });
	}
	map.set('crypto.sha256', kept);
	t.match(run(evaluator, { v: 'a' }), { ok: true, decision: { sha: /^[0-9a-f]{64}$/ } });
});
