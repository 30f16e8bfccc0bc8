import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { hostBuiltins } from '../../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../../engine/policy/capabilities.ts';
import { checkPolicy } from '../../../../engine/policy/check.ts';
import { INPUT_SCHEMA } from '../../../../engine/policy/input-schema.ts';
import { readPolicySource } from '../../../../engine/policy/source.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());
const library = await readPolicySource(join(import.meta.dirname, '../../../../policies'));

t.test('the library has notes at most', async (t) => {
	const { diagnostics, rules } = await checkPolicy(library, compiler);
	t.not(rules.length, 0);
	t.same(
		diagnostics.filter(({ level }) => level !== 'note'),
		[],
	);
});

t.test('what is said of a policy does not depend on the order of its files', async (t) => {
	const { diagnostics } = await checkPolicy(library, compiler);
	const { modules, tests, ...rest } = library;
	const turned = { ...rest, modules: modules.toReversed(), tests: tests.toReversed() };
	t.same((await checkPolicy(turned, compiler)).diagnostics, diagnostics);
});

/** Pieces of Rego that turn one policy into another, mostly broken one. */
const PIECES = [
	' not ',
	' != ',
	' > ',
	'[_]',
	'{',
	'}',
	'(',
	')',
	'input',
	'input.tool.arguments.x',
	'data.lib',
	'some x in ',
	'every x in ',
];

t.test('property: whatever a policy is, the search for findings does not break off', async () => {
	const builtins = capabilities(hostBuiltins.keys());
	const files = [...library.modules];
	await fc.assert(
		fc.asyncProperty(
			fc.nat(files.length - 1),
			fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom('', ...PIECES)), { minLength: 1, maxLength: 3 }),
			async (which, edits) => {
				let { text } = files[which]!;
				for (const [at, length, piece] of edits) {
					const from = at % text.length;
					text = text.slice(0, from) + piece + text.slice(from + length);
				}
				const modules = files.map((file, index) => (index === which ? { ...file, text } : file));
				try {
					const { broken } = await compiler.request('check', { modules, builtins, schema: INPUT_SCHEMA });
					return broken === undefined;
				} catch (error) {
					return !JSON.stringify((error as { problems?: unknown }).problems).includes('"internal"');
				}
			},
		),
		{ numRuns: 150 },
	);
});
