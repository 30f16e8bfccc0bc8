import t from 'tap';
import { meter, START_FUEL } from '../../../../engine/policy/fuel/meter.ts';
import { DEFAULT_LIMITS, fuelFor } from '../../../../engine/policy/limits.ts';
import { COLD } from '../compiler-for-tests.ts';
import { Host } from './host-for-tests.ts';
import { INPUTS, starter } from './starter.ts';

t.setTimeout(COLD);
const { wasm, data } = await starter();
const metered = meter(wasm);
/** W3C WebAssembly JavaScript Interface, §5.1. */
const { customSections } = WebAssembly.Module as unknown as {
	customSections(module: WebAssembly.Module, name: string): ArrayBuffer[];
};

t.test('the metered library is valid, and made the same way each time', async (t) => {
	t.ok(WebAssembly.validate(metered));
	t.ok(Buffer.from(meter(wasm)).equals(metered));
	const names = (bytes: Uint8Array) => customSections(new WebAssembly.Module(bytes), 'name').map((b) => Buffer.from(b));
	t.equal(names(wasm).length, 1);
	t.strictSame(names(metered), names(wasm), 'function names stay for stack traces');
	t.comment(`${wasm.length} bytes became ${metered.length}`);
});

t.test('it decides as the library itself does, and in the same words', async (t) => {
	const plain = new Host(new WebAssembly.Module(wasm), data);
	const host = new Host(new WebAssembly.Module(metered), data);
	for (const [rule, input] of INPUTS) {
		const decision = plain.evaluate(input);
		if (rule !== '-') t.match(JSON.stringify(decision), new RegExp(`rule\\W+${rule}`), rule);
		t.strictSame(host.evaluate(input), decision, `${rule}: cold`);
		t.strictSame(host.evaluate(input), decision, `${rule}: warm`);
	}
});

/** A host past what C++ does once in the life of a module, which the first evaluations pay for. */
function settled(): Host {
	const host = new Host(new WebAssembly.Module(metered), data);
	for (const [, input] of INPUTS) host.evaluate(input);
	return host;
}

t.test('what evaluations use', async (t) => {
	const host = settled();
	t.ok(host.started > START_FUEL / 2, `starting takes ${START_FUEL - host.started}`);
	t.comment(`starting takes ${START_FUEL - host.started}`);
	const table = INPUTS.map(([rule, input]) => {
		host.resetHeap();
		// rules that read texts read all of a large one
		const share = input.length < 10_000 ? 1 / 10 : 1 / 2;
		const uses = [host.cost(input), host.cost(input), host.cost(input)];
		t.ok(
			uses.every((units) => units > 0 && units < fuelFor(DEFAULT_LIMITS.fuel, input.length) * share),
			`${rule}: ${uses}`,
		);
		t.comment(`${rule}, ${input.length} bytes: ${uses.join(', ')}`);
		host.resetHeap();
		t.equal(host.cost(input), uses[0], 'the same again from the same heap');
		return uses[0];
	});
	const other = settled();
	const again = INPUTS.map(([, input]) => {
		other.resetHeap();
		return other.cost(input);
	});
	t.strictSame(again, table, 'and on another instance');
});

t.test('an evaluation needs exactly what it uses', async (t) => {
	const host = settled();
	for (const [rule, input] of INPUTS) {
		host.resetHeap();
		const units = host.cost(input);
		host.resetHeap();
		const decision = host.evaluate(input, units);
		t.equal(host.fuel, 0);
		host.resetHeap();
		t.throws(() => host.evaluate(input, units - 1), WebAssembly.RuntimeError, rule);
		t.equal(host.fuel, -1);
		host.repair();
		t.strictSame(host.evaluate(input), decision);
	}
});
