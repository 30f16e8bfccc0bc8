import fc from 'fast-check';
import t from 'tap';
import { hostBuiltins } from '../../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../../engine/policy/capabilities.ts';
import { CompilerRefusal } from '../../../../engine/policy/compiler.ts';
import { Counts } from '../../../../engine/policy/coverage/counts.ts';
import { createEvaluator } from '../../../../engine/policy/evaluate.ts';
import { ENTRYPOINT } from '../../../../engine/policy/generate.ts';
import { document } from '../../differential/generate/documents.ts';
import { type Program, programs } from '../../differential/generate/program.ts';
import { signatures } from '../../differential/generate/signatures.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());
const builtins = capabilities(hostBuiltins.keys());
const FACTS = { nowNs: 1_760_000_000_000_000_000n, seed: 'probes' };

/** JSON, with integers that JSON.stringify refuses. */
function spelled(value: unknown): string {
	return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
}

/** Evaluators of a policy with probes and without; undefined when it does not compile. */
async function both(modules: { path: string; text: string }[]) {
	const body = { modules, builtins, entrypoints: [ENTRYPOINT] };
	try {
		const { wasm } = await compiler.request('compile', body);
		const probed = await compiler.request('instrument', { ...body, probed: modules.map(({ path }) => path) });
		const counts = Counts.of(probed.bodies);
		return {
			counts,
			bodies: probed.bodies,
			plain: createEvaluator(Buffer.from(wasm, 'base64'), { base: {} }),
			probed: createEvaluator(Buffer.from(probed.wasm, 'base64'), { base: {} }, undefined, counts.probe),
		};
	} catch (error) {
		if (error instanceof CompilerRefusal) return undefined;
		throw error;
	}
}

const main = {
	path: 'main.rego',
	text: 'package sluice.main\n\ndecision := {"text": sprintf("%v", [[data.cases.c.out]]), "value": data.cases.c.out}\n',
};

t.test('probes change no answer of generated policies', async (t) => {
	const available = signatures(await compiler.request('capabilities', { builtins }));
	const seen = { compiled: 0, defined: 0, passed: 0 };
	const cases = fc.record({
		program: programs(available) as fc.Arbitrary<Program>,
		inputs: fc.array(document, { minLength: 4, maxLength: 8, size: 'max' }),
	});
	await fc.assert(
		fc.asyncProperty(cases, async ({ program, inputs }) => {
			const made = await both([main, { path: 'c.rego', text: program('c') }]);
			if (made === undefined) return;
			seen.compiled++;
			for (const input of inputs) {
				const bytes = Buffer.from(JSON.stringify(input));
				const [plain, probed] = [made.plain, made.probed].map((one) => spelled(one.evaluate(bytes, FACTS)));
				if (plain !== probed) throw new Error(`${bytes}\nplain  ${plain}\nprobed ${probed}\n${program('c')}`);
				if (plain!.includes('"ok":true')) seen.defined++;
			}
			for (const body of made.bodies) {
				const { length } = body.expressions;
				if (made.counts.at(body, 0) > 0) seen.passed++;
				// who is at the end has come through all of it
				const through = body.expressions.every((_, i) => made.counts.at(body, i) > 0);
				if (!body.reordered && made.counts.at(body, length) > 0 && !through) throw new Error(program('c'));
			}
			made.plain.close();
			made.probed.close();
		}),
		{ numRuns: 60, seed: 20_250_103, endOnFailure: true },
	);
	t.comment(JSON.stringify(seen));
	t.ok(seen.compiled >= 35 && seen.defined > 100 && seen.passed > 100, JSON.stringify(seen));
});

const rules = (text: string) => [
	{ path: 'main.rego', text: 'package sluice.main\n\nimport rego.v2\n\ndecision := [data.p.a | data.p.a]\n' },
	{ path: 'p.rego', text: `package p\n\nimport rego.v2\n\n${text}` },
];

/** How often each body of `p.rego` was entered, came to its end, and gave a value. */
async function counted(text: string, input: object) {
	const made = await both(rules(text));
	if (made === undefined) throw new Error('it does not compile');
	const [plain, probed] = [made.plain, made.probed].map((one) =>
		one.evaluate(Buffer.from(JSON.stringify(input)), FACTS),
	);
	t.same(probed, plain, text);
	return made.bodies
		.filter(({ file }) => file === 'p.rego')
		.map((body) => {
			const passed = [...body.expressions.keys(), body.expressions.length].map((i) => made.counts.at(body, i));
			return `${body.kind} ${body.at.row} ${passed.join(' ')}${body.computed ? ` = ${made.counts.fired(body)}` : ''}`;
		});
}

t.test('every kind of body is counted', async (t) => {
	const input = { l: [1, 2, 3], name: 'x' };
	const cases: [string, string[]][] = [
		['a := 5', ['rule 5 1']],
		['a if input.l[0] == 1', ['rule 5 1 1']],
		['a if input.none', ['rule 5 1 0']],
		['a := input.none', ['rule 5 1 = 0']],
		['a := input.name', ['rule 5 1 = 1']],
		['a contains x if {\n\tsome x in input.l\n\tx > 1\n}', ['rule 5 1 3 2 = 2']],
		['default a := 1\n\na := 2 if input.none', ['default 5 1', 'rule 7 1 0']],
		['default a := 1\n\na := 2 if input.name', ['default 5 0', 'rule 7 1 1']],
		['a := 1 if input.none else := 2 if input.name else := 3', ['rule 5 1 0', 'else 5 1 1', 'else 5 0']],
		['a := [x | some x in input.l; x > 2]', ['rule 5 1 = 1', 'comprehension 5 1 3 1']],
		['a if every x in input.l { x > 0; x < 3 }', ['rule 5 1 0', 'every 5 3 3 2']],
		['a if not { input.l[0] == 2 }', ['rule 5 1 1', 'comprehension 5 1 0']],
		['a if { input.none or input.name }', ['rule 5 1 1', 'or 5 1 0', 'or 5 1 1']],
		['f(x) if x > 1\n\na if f(2)', ['rule 5 1 1', 'rule 7 1 1']],
		['a if { some x; input.l[x] == 3 }', ['rule 5 1 1']],
		['a[x] := y if some x, y in input.l', ['rule 5 1 3 = 3']],
	];
	for (const [text, expected] of cases) t.same(await counted(text, input), expected, text);
});

t.test('a body that OPA evaluates in another order says so', async (t) => {
	const made = await both(rules('a if { x > 1; x = input.n }'));
	t.same(
		made!.bodies.filter(({ file }) => file === 'p.rego').map(({ reordered }) => reordered),
		[true],
	);
	t.same(await counted('a if { x > 1; x = input.n }', { n: 2 }), ['rule 5 1 0 0']);
});

t.test('a policy has no such function', async (t) => {
	for (const text of ['a if sluice.probe(1)', 'a if probe(1)']) t.equal(await both(rules(text)), undefined);
	// and may use the name
	t.same(await counted('sluice := 3\n\na if sluice == 3', {}), ['rule 5 1', 'rule 7 1 1']);
});
