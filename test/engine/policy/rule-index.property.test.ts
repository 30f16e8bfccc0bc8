import fc from 'fast-check';
import t from 'tap';
import { createRuleIndex } from '../../../engine/policy/rule-index.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';
import { rulePackage, smallInput } from './rego-bodies.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

/** Which packages have a member in any set. */
const FIRED = '[id | some id, all in data.rules.p; some name in ["deny", "hold", "warn"]; count(all[name]) > 0]';

t.test('a rule that says something of a frame is among the groups of that frame', async (t) => {
	let fired = 0;
	let skipped = 0;
	let pairs = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.array(rulePackage, { minLength: 1, maxLength: 60, size: 'max' }),
			fc.array(smallInput, { minLength: 1, maxLength: 60, size: 'max' }),
			async (packages, inputs) => {
				const modules = packages.map((text, i) => ({ path: `${i}.rego`, text: `package rules.p.r${i}\n${text}` }));
				const inspected = await compiler.request('inspect', { modules });
				const rules = inspected.packages.map(({ path, touches }) => ({
					id: path.at(-1)!,
					...(touches === null ? {} : { touches }),
				}));
				const index = createRuleIndex(rules);
				const groupOf = new Map(index.groups.flatMap(({ name, rules }) => rules.map((id) => [id, name])));
				const { outcomes } = await compiler.request('eval', { modules, query: FIRED, inputs });
				outcomes.forEach(({ value, error }, i) => {
					if (error !== undefined) throw new Error(error.message);
					const input = inputs[i]!;
					const active = new Set(index.groupsFor({ ...input, tool: input.tool?.name }));
					pairs += packages.length;
					for (const [, group] of groupOf) if (!active.has(group)) skipped++;
					for (const id of value as string[]) {
						fired++;
						if (active.has(groupOf.get(id)!)) continue;
						const touches = JSON.stringify(rules.find((rule) => rule.id === id)!.touches);
						throw new Error(
							`left out for ${JSON.stringify(input)}, though it fires (${touches}):\n${packages[Number(id.slice(1))]}`,
						);
					}
				});
			},
		),
		{ numRuns: 30, endOnFailure: true }, // the error names the one package; shrinking all of them takes minutes,
	);
	t.comment(`${pairs} pairs, ${fired} fire, ${skipped} left out`);
	t.ok(pairs > 5_000, 'thousands of pairs');
	t.ok(fired > pairs / 20, 'rules fire');
	t.ok(skipped > pairs / 20, 'rules are left out');
});
