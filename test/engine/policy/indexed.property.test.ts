import fc from 'fast-check';
import t from 'tap';
import { createEvaluator } from '../../../engine/policy/evaluate.ts';
import { ENTRYPOINT, generate } from '../../../engine/policy/generate.ts';
import { indexTable } from '../../../engine/policy/index-table.ts';
import { createRuleIndex } from '../../../engine/policy/rule-index.ts';
import { ruleId } from '../../../engine/policy/rule-shape.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';
import { rulePackage, smallInput } from './rego-bodies.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

/** The generated module of these packages, with an index and without one. */
async function evaluators(packages: readonly string[]) {
	const modules = packages.map((text, i) => ({ path: `${i}.rego`, text: `package rules.p.r${i}\n${text}` }));
	const inspected = await compiler.request('inspect', { modules });
	const index = createRuleIndex(
		inspected.packages.map(({ path, touches }) => ({ id: ruleId(path)!, ...(touches === null ? {} : { touches }) })),
	);
	const all = [...modules, ...generate(inspected.packages)];
	const { wasm } = await compiler.request('compile', { modules: all, entrypoints: [ENTRYPOINT] });
	const bytes = Buffer.from(wasm, 'base64');
	return {
		index,
		indexed: createEvaluator(bytes, { sluice: { index: indexTable(index) } }),
		plain: createEvaluator(bytes, {}),
		foreign: createEvaluator(bytes, { sluice: { index: { ...indexTable(index), groups: 'of another version' } } }),
	};
}

t.test('with the index and without it, the decision is the same', async (t) => {
	let pairs = 0;
	let fired = 0;
	let silent = 0;
	await fc.assert(
		fc.asyncProperty(
			// Few at a time, or some rule is asked of every frame.
			fc.array(rulePackage, { minLength: 1, maxLength: 6, size: 'max' }),
			fc.array(smallInput, { minLength: 80, maxLength: 140, size: 'max' }),
			async (packages, inputs) => {
				const { index, indexed, plain, foreign } = await evaluators(packages);
				for (const input of inputs) {
					const bytes = Buffer.from(JSON.stringify(input));
					const [a, b, c] = [indexed, plain, foreign].map((one) =>
						JSON.stringify(one.evaluate(bytes, { nowNs: 0n, seed: '' })),
					);
					pairs++;
					if (a !== b) throw new Error(`${bytes}\nindexed ${a}\nplain   ${b}\n${packages.join('\n---\n')}`);
					if (c !== b) throw new Error(`an index over other groups was believed: ${bytes}`);
					if (!b!.includes('"reasons":[]')) fired++;
					// What the judge passes over without asking the module.
					if (index.groupsFor({ ...input, tool: input.tool?.name }).length > 0) continue;
					silent++;
					const nothing = '{"ok":true,"decision":{"labels":[],"malformed":[],"reasons":[]}}';
					if (b !== nothing) throw new Error(`nobody was asked of ${bytes}, but: ${b}`);
				}
			},
		),
		{ numRuns: 24, endOnFailure: true },
	);
	t.comment(`${pairs} pairs, ${fired} with reasons, ${silent} nobody was asked of`);
	t.ok(pairs > 1_000 && fired > pairs / 10 && silent > 0, 'rules fire, and some frames ask nobody');
});
