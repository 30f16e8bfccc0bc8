import fc from 'fast-check';
import t from 'tap';
import { meter } from '../../../../engine/policy/fuel/meter.ts';
import { run } from './assemble.ts';
import { allowCalls, compile, programs } from './programs.ts';

const PLENTY = 2 ** 30;

interface Outcome {
	readonly results: readonly unknown[];
	readonly memory: Buffer;
	/** What is left. */
	readonly fuel: number | undefined;
	readonly trapped: boolean;
}

/** All functions of a new instance with one argument, on `fuel`. */
function outcome(wasm: Uint8Array, argument: number, fuel: number): Outcome {
	const running = run(wasm);
	if (running.fuel !== undefined) running.fuel.value = fuel;
	const results: unknown[] = [];
	let trapped = false;
	try {
		for (const name of ['f0', 'f1', 'f2', 'f3']) {
			allowCalls(running.memory, 20);
			results.push(running.f[name]!(argument));
		}
	} catch (error) {
		if (!(error instanceof WebAssembly.RuntimeError)) throw error;
		trapped = true;
	}
	return { results, memory: Buffer.from(running.memory.buffer), fuel: running.fuel?.value, trapped };
}

t.test('random programs give the same, metered or not, and need exactly the fuel that they used', async (t) => {
	let paid = 0;
	fc.assert(
		fc.property(programs, fc.integer({ min: -5, max: 300 }), (program, argument) => {
			const wasm = compile(program);
			const metered = meter(wasm);
			const plain = outcome(wasm, argument, 0);
			const rich = outcome(metered, argument, PLENTY);
			const used = PLENTY - rich.fuel!;
			const exact = outcome(metered, argument, used);
			if (!equal(plain, rich) || !equal(plain, exact) || exact.fuel !== 0) return false;
			if (used === 0) return true;
			paid++;
			const cut = outcome(metered, argument, used - 1);
			return cut.trapped && cut.fuel! < 0;
		}),
		{ numRuns: 400 },
	);
	t.ok(paid > 100, `${paid} of the programs had something to pay`);
});

function equal(a: Outcome, b: Outcome): boolean {
	const same = a.results.length === 4 && a.results.every((result, index) => result === b.results[index]);
	return same && a.memory.equals(b.memory) && !a.trapped && !b.trapped;
}
