import t from 'tap';
import { compilePolicy } from '../../../../engine/policy/compile.ts';
import { meter } from '../../../../engine/policy/fuel/meter.ts';
import { COLD, openTestCompiler, sourceOf } from '../compiler-for-tests.ts';
import { Host } from './host-for-tests.ts';

t.setTimeout(COLD);

/** What would hang, or nearly, by name: an expression that is true once it ends, and its arguments. */
const HOSTILE: Readonly<Record<string, readonly [expression: string, args: () => unknown]>> = {
	trim: ['trim(a.text, a.chars) == ""', () => ({ text: 'a'.repeat(20_000), chars: `${'b'.repeat(20_000)}a` })],
	range: ['count(numbers.range(0, a.n)) > 0', () => ({ n: 1e9 })],
	some: ['some w in a.l; some x in a.l; some y in a.l; some z in a.l; w + x + y + z < 0', () => ({ l: list(400) })],
	sort: ['sort(a.l)[0] == 0', () => ({ l: list(30_000).reverse() })],
	contains: ['contains(a.text, a.part)', () => ({ text: 'a'.repeat(400_000), part: `${'a'.repeat(200_000)}b` })],
	doubling: ['f40(a.n) == 1', () => ({ n: 1 })],
};
const BUDGET = 4_000_000;
/** Cuts `range` while it has something on the C stack. */
const IN_RANGE = 25_000;

function list(length: number): number[] {
	return Array.from({ length }, (_, i) => i);
}

const DOUBLING = Array.from({ length: 40 }, (_, i) => `f${i + 1}(x) := f${i}(f${i}(x))`).join('\n');
const rule = (name: string, expression: string): string =>
	`deny contains "${name}" if {\n\tinput.tool.name == "${name}"\n\ta := input.tool.arguments\n\t${expression}\n}\n`;
const POLICY = `# METADATA
# title: Hostile
package rules.a.b

import rego.v1

f0(x) := x
${DOUBLING}

deny contains "good" if regex.match("^go+d$", input.tool.name)

${Object.entries(HOSTILE)
	.map(([name, [expression]]) => rule(name, expression.replaceAll('; ', '\n\t')))
	.join('\n')}`;

const compiler = openTestCompiler();
const { wasm } = await compilePolicy(sourceOf({ 'b.rego': POLICY }), { detectors: ['secrets'] }, '1', compiler);
await compiler.close();
const module = new WebAssembly.Module(meter(wasm));

const input = (name: string, args: unknown = {}): Uint8Array =>
	Buffer.from(JSON.stringify({ from: 'client', tool: { name, arguments: args } }));
const GOOD = input('good');
const expected = new Host(new WebAssembly.Module(wasm)).evaluate(GOOD);

t.test('what would hang is cut, and the same instance then decides rightly', async (t) => {
	t.match(JSON.stringify(expected), /good/);
	const host = new Host(module);
	const { stackPointer } = host;
	for (const [name, [, args]] of Object.entries(HOSTILE)) {
		const bytes = input(name, args());
		const harmless = input('nothing', args());
		t.doesNotThrow(() => host.evaluate(harmless, BUDGET), `${name}: reading the input alone ends`);
		host.resetHeap();
		// What fills the memory first is stopped by its size, which the host bounds.
		const words = name === 'range' ? /^(unreachable|opa_malloc: failed)$/ : /^unreachable$/;
		t.throws(() => host.evaluate(bytes, BUDGET), { message: words }, name);
		t.ok(host.fuel < 0 || name === 'range', `${name}: it was the fuel`);
		host.repair();
		t.equal(host.stackPointer, stackPointer);
		t.strictSame(host.evaluate(GOOD, BUDGET), expected, `after ${name}`);
	}
});

t.test('20 000 cuts in a row', async (t) => {
	const host = new Host(module);
	const { stackPointer } = host;
	const bytes = input('range', HOSTILE['range']![1]());
	const size = host.memory.buffer.byteLength;
	const seen = { cut: 0, moved: 0, right: 0 };
	for (let i = 0; i < 20_000; i++) {
		try {
			host.evaluate(bytes, IN_RANGE);
		} catch (error) {
			if (error instanceof WebAssembly.RuntimeError && host.fuel < 0) seen.cut++;
		}
		if (host.stackPointer !== stackPointer) seen.moved++;
		host.repair();
		if (i % 100 === 0 && JSON.stringify(host.evaluate(GOOD)) === JSON.stringify(expected)) seen.right++;
	}
	t.strictSame(seen, { cut: 20_000, moved: 20_000, right: 200 });
	t.strictSame(host.evaluate(GOOD), expected);
	t.equal(host.memory.buffer.byteLength, size, 'the memory has not grown');
});

t.test('without the stack pointer repaired the instance would be lost', async (t) => {
	const host = new Host(module);
	const bytes = input('range', HOSTILE['range']![1]());
	const decides = (): boolean => {
		try {
			return JSON.stringify(host.evaluate(GOOD)) === JSON.stringify(expected);
		} catch {
			return false;
		}
	};
	let cuts = 0;
	for (let alive = true; alive && cuts < 20_000; alive = cuts % 100 !== 0 || decides()) {
		try {
			host.evaluate(bytes, IN_RANGE);
		} catch {
			host.resetHeap();
		}
		cuts++;
	}
	t.ok(cuts < 20_000, `lost after ${cuts} cuts`);
	host.repair();
	t.ok(decides(), 'and it can be repaired even then');
});

t.test('wherever it is cut, the instance is afterwards as if it were new', async (t) => {
	const every = 61;
	const fresh = (): Host => new Host(module);
	const one = fresh();
	const cold = one.cost(GOOD);
	const host = fresh();
	const { stackPointer } = host;
	let different = 0;
	for (let units = 1; units < cold; units += units < 1000 ? 1 : every) {
		try {
			host.evaluate(GOOD, units);
			different++;
		} catch {
			host.repair();
		}
		// The same fuel to the unit: nothing is left half done, and nothing done twice.
		if (host.cost(GOOD) !== cold || host.stackPointer !== stackPointer) different++;
		host.repair();
	}
	t.equal(different, 0);
	t.strictSame(host.evaluate(GOOD), expected);
});

t.test('out of fuel stays out of fuel until the host fills up', async (t) => {
	const host = new Host(module);
	const bytes = input('trim', HOSTILE['trim']![1]());
	t.throws(() => host.evaluate(bytes, 5_000), WebAssembly.RuntimeError);
	const left = host.fuel;
	t.throws(() => host.evaluate(GOOD, left), WebAssembly.RuntimeError);
	host.repair();
	t.strictSame(host.evaluate(GOOD), expected);
});
