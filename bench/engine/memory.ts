/**
 * `node bench/engine/memory.ts COUNT`: what one evaluator holds over that many evaluations, in a process of its own.
 * Prints JSON on stdout, and how far it is on a terminal.
 */
import { endure } from './endurance.ts';
import { held } from './held.ts';
import { benchPolicy } from './policies.ts';
import { progressOn } from './progress.ts';

const total = Number(process.argv[2]);
const { show, clear } = progressOn(process.stderr);
const started = performance.now();
const samples = await endure(await benchPolicy(), total, held, (done) => {
	const left = ((performance.now() - started) / done) * (total - done);
	show(
		`memory: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}, ${Math.round(left / 1000)} s left`,
	);
});
clear();
process.stdout.write(`${JSON.stringify(samples)}\n`);
