import t from 'tap';
import { createEvaluator } from '../../../engine/policy/evaluate.ts';
import { DEFAULT_LIMITS } from '../../../engine/policy/limits.ts';
import type { Evaluator } from '../../../engine/policy/types.ts';
import { memoryAfterCollecting } from './collect.ts';
import { COLD } from './compiler-for-tests.ts';
import { HOSTILE, HOSTILE_RULES, list } from './hostile.ts';
import { moduleOf } from './module-of.ts';

t.setTimeout(COLD);

const wasm = await moduleOf(`
decision := {"fine": count(input.a.word)} if input.do == "fine"
decision := {"conflict": 1} if input.do == "conflict"
decision := {"conflict": 2} if input.do == "conflict"
decision := {"host": crypto.sha256(input.a.text)} if input.do == "host"
${HOSTILE_RULES}
`);

const FACTS = { nowNs: 0n, seed: '' };
const run = (evaluator: Evaluator, what: string, a: unknown, fuel?: number) =>
	evaluator.evaluate(Buffer.from(JSON.stringify({ do: what, a })), FACTS, fuel);
const fine = (evaluator: Evaluator, word = 'gut') => run(evaluator, 'fine', { word });

t.test('what would hang or blow up is cut, and the next evaluation on the same instance is right', async (t) => {
	const evaluator = createEvaluator(wasm, {});
	for (const [name, [, a]] of Object.entries(HOSTILE)) {
		t.match(run(evaluator, name, a), { ok: false, code: /^ERR_EVALUATION_(FUEL|MEMORY|BUILTIN)$/ }, name);
		t.strictSame(fine(evaluator), { ok: true, decision: { fine: 3 } }, `after ${name}`);
	}
});

t.test('20 000 traps, aborts and errors of the host in a row', async (t) => {
	const evaluator = createEvaluator(wasm, {});
	const faults = ['fuel', 'conflict', 'host', 'depth', 'undefined', 'input'] as const;
	const CODES: Readonly<Record<(typeof faults)[number], string>> = {
		fuel: 'ERR_EVALUATION_FUEL',
		conflict: 'ERR_EVALUATION_ABORTED',
		host: 'ERR_EVALUATION_UNDEFINED',
		depth: 'ERR_EVALUATION_DEPTH',
		undefined: 'ERR_EVALUATION_UNDEFINED',
		input: 'ERR_EVALUATION_INPUT',
	};
	const deep = `{"do":"fine","a":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
	const fail = (fault: (typeof faults)[number]) => {
		if (fault === 'fuel') return run(evaluator, 'some', { l: list(40) }, 2_000);
		if (fault === 'input') return evaluator.evaluate(Buffer.from('{"do":'), FACTS);
		// Slow, so only now and then.
		if (fault === 'depth') return evaluator.evaluate(Buffer.from(deep), FACTS);
		// sha256 of a number: Go gives an error, so there is no decision.
		return run(evaluator, fault, { text: 5 });
	};
	const wrong: unknown[] = [];
	let before = 0;
	for (let i = 0; i < 20_000; i++) {
		const fault = i % 200 === 0 ? 'depth' : faults[[0, 1, 2, 4, 5][i % 5]!]!;
		const failed = fail(fault);
		if (failed.ok || failed.code !== CODES[fault]) wrong.push([fault, failed]);
		const word = 'x'.repeat(i % 50);
		const after = fine(evaluator, word);
		if (!after.ok || (after.decision as { fine: number }).fine !== word.length) wrong.push(['after', fault, after]);
		if (i === 2_000) before = memoryAfterCollecting();
	}
	t.strictSame(wrong.slice(0, 3), []);
	const grown = memoryAfterCollecting() / before;
	t.ok(grown < 1.15, `memory is flat: ${grown.toFixed(3)} times what it was`);
});

t.test('what earlier evaluations left does not decide: it is tried once more on a clean heap', async (t) => {
	const evaluator = createEvaluator(wasm, {});
	const need = neededFor(createEvaluator(wasm, {}));
	// Whatever came before: exactly so much is enough, and a unit less is not.
	for (let i = 0; i < 200; i++) fine(evaluator, 'x'.repeat(i));
	t.match(run(evaluator, 'fine', { word: 'gut' }, need), { ok: true });
	for (let i = 0; i < 70; i++) fine(evaluator, 'y'.repeat(i));
	t.match(run(evaluator, 'fine', { word: 'gut' }, need - 200), { ok: false, code: 'ERR_EVALUATION_FUEL' });
	t.match(fine(evaluator), { ok: true });
});

/** The least fuel with which a new instance says that `gut` is fine. */
function neededFor(evaluator: Evaluator): number {
	let [low, high] = [-1_000, 1_000_000];
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (run(evaluator, 'fine', { word: 'gut' }, middle).ok) high = middle;
		else low = middle;
	}
	return high;
}

t.test('a policy whose data or module needs more memory than there may be does not load', async (t) => {
	const data = { list: Array.from({ length: 100_000 }, (_, i) => ({ [`name ${i}`]: i })) };
	t.throws(() => createEvaluator(wasm, data, { ...DEFAULT_LIMITS, memory: 8 * 1024 * 1024 }), {
		code: 'ERR_EVALUATION_MEMORY',
		message: /limits\.memory/,
	});
	t.throws(() => createEvaluator(wasm, {}, { ...DEFAULT_LIMITS, memory: 65_536 }), { code: 'ERR_EVALUATION_MEMORY' });
	t.match(fine(createEvaluator(wasm, data)), { ok: true });
});
