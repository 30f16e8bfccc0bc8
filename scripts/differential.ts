/**
 * `npm run differential [-- --runs N] [--seed S] [--all]`: random Rego programs and random inputs, OPA's interpreter
 * against this engine. N is the number of programs, each asked about some ten inputs (default 2,000). Prints what was
 * run and the differences, each made small; exits 1 when there is one that is not in `scripts/differential/known.json`.
 * `--all` makes every difference small, not only the first five.
 */
import { parseArgs } from 'node:util';
import { cacheDir } from '../engine/policy/cache-dir.ts';
import { openCompiler } from '../engine/policy/locate-compiler.ts';
import { readKnown } from '../test/engine/differential/known.ts';
import { Differential, described, type Run } from '../test/engine/differential/run.ts';

/** Programs of one seed: a long run is many short ones, so that each can be had again quickly. */
const PART = 600;
const SHOWN = 5;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
	process.exitCode = await main();
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 2;
}

async function main(): Promise<number> {
	const { values: flags } = parseArgs({
		options: { runs: { type: 'string' }, seed: { type: 'string' }, all: { type: 'boolean', default: false } },
	});
	const runs = whole('runs', flags.runs ?? '2000');
	const first = whole('seed', flags.seed ?? String(Math.floor(Math.random() * 2 ** 31)));
	const compiler = openCompiler({
		env: process.env,
		cacheDir: cacheDir(process.env),
		progress: (line) => process.stderr.write(`${line}\n`),
	});
	try {
		const differential = await Differential.open(compiler, readKnown());
		const parts: Run[] = [];
		let shown = 0;
		for (let done = 0; done < runs; done += PART) {
			const seed = first + done / PART;
			const part = await differential.run(seed, { programs: Math.min(PART, runs - done) });
			parts.push(part);
			say(`seed ${seed}: ${line([part])}`);
			for (const difference of part.differences) {
				if (!flags.all && shown >= SHOWN) break;
				shown++;
				const small = await differential.shrink(difference);
				say(`\nprogram ${difference.index} of seed ${seed}, made small:\n${described(small)}\n`);
			}
		}
		return report(parts);
	} finally {
		await compiler.close();
	}
}

function report(parts: readonly Run[]): number {
	const known = new Map<string, number>();
	for (const part of parts) {
		for (const [name, count] of part.known) known.set(name, (known.get(name) ?? 0) + count);
	}
	if (known.size > 0) say(`\nknown differences:\n${[...known].map(([name, n]) => `  ${n} × ${name}`).join('\n')}`);
	const refusals = new Map<string, number>();
	for (const reason of parts.flatMap((part) => part.refusals)) refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
	const usual = [...refusals].sort(([, a], [, b]) => b - a).slice(0, 5);
	if (usual.length > 0) say(`\nnot compiled:\n${usual.map(([reason, n]) => `  ${n} × ${reason}`).join('\n')}`);
	say(`\ndifferential: ${line(parts)}`);
	return parts.some((part) => part.differences.length > 0) ? 1 : 0;
}

function line(parts: readonly Run[]): string {
	const sum = (of: (part: Run) => number): number => parts.reduce((total, part) => total + of(part), 0);
	const known = sum((part) => [...part.known.values()].reduce((a, b) => a + b, 0));
	return [
		`${sum((p) => p.programs)} programs, ${sum((p) => p.compiled)} compiled`,
		`${sum((p) => p.pairs)} pairs (${sum((p) => p.conflicts)} conflicts, ${sum((p) => p.empty)} with nothing defined)`,
		`${known} known differences`,
		`${sum((p) => p.differences.length)} programs with other differences`,
	].join('; ');
}

function whole(name: string, text: string): number {
	if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number, not \`${text}\``);
	return Number(text);
}
