/**
 * `node bench/fuel.ts`: what metering costs on the starter policy. The module as compiled and the metered one answer
 * the same inputs in turn, 64 evaluations between two resets of the heap as in the engine; printed are µs per
 * evaluation and their ratio, at the quantiles that a busy machine disturbs least, and the rewriting itself.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { meter } from '../engine/policy/fuel/meter.ts';
import { BUDGET, Host } from '../test/engine/policy/fuel/host-for-tests.ts';
import { INPUTS, starter } from '../test/engine/policy/fuel/starter.ts';

const ARENA = 64;
const ROUNDS = 200;
const WARM_UP = 40;
const QUANTILES = [0, 0.1, 0.25, 0.5];

const { wasm, data } = await starter();
const rewriting = Array.from({ length: 20 }, () => timed(() => meter(wasm)) / 1000);
const metered = meter(wasm);
const hosts = [wasm, metered].map((bytes) => new Host(new WebAssembly.Module(bytes), data));

process.stdout.write(`${wasm.length} bytes became ${metered.length} in ${ms(rewriting[0]!)} (first), `);
process.stdout.write(`${ms(quantile(rewriting, 0.5))} (median of ${rewriting.length})\n\n`);
process.stdout.write('| input | bytes | fuel | µs plain | µs metered | ratio at quantiles 0, 0.1, 0.25, 0.5 |\n');
process.stdout.write('| --- | --: | --: | --: | --: | --- |\n');
for (const index of [0, 3, 5, 11]) {
	const [rule, input] = INPUTS[index]!;
	deepStrictEqual(hosts[1]!.evaluate(input), hosts[0]!.evaluate(input));
	const times = hosts.map((): number[] => []);
	for (let round = -WARM_UP; round < ROUNDS; round++) {
		hosts.forEach((host, i) => {
			host.resetHeap();
			const time = timed(() => {
				for (let n = 0; n < ARENA; n++) host.evaluate(input);
			});
			if (round >= 0) times[i]!.push(time / ARENA);
		});
	}
	const [plain, fuel] = times as [number[], number[]];
	const ratios = QUANTILES.map((q) => (quantile(fuel, q) / quantile(plain, q)).toFixed(3)).join(', ');
	const [before, after] = [plain, fuel].map((list) => quantile(list, 0.1).toFixed(1));
	const name = rule === '-' ? 'no rule' : rule;
	const units = hosts[1]!.cost(input);
	process.stdout.write(`| ${name} | ${input.length} | ${units} | ${before} | ${after} | ${ratios} |\n`);
}
process.stdout.write(`\nbudget here: ${BUDGET}\n`);

/** µs */
function timed(run: () => unknown): number {
	const started = performance.now();
	run();
	return (performance.now() - started) * 1000;
}

function quantile(values: readonly number[], q: number): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length * q)]!;
}

function ms(value: number): string {
	return `${value.toFixed(1)} ms`;
}
