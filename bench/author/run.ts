/**
 * What an author waits for: from a save to the verdict of `--watch`, and the mutation score, of 25 rules of the library and
 * of all of it. Printed only: `node bench/author/run.ts [--saves 10]`.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../block.ts';
import { machine, measuredOn } from '../machine.ts';
import { mutated } from './mutation.ts';
import { openRule, partOfLibrary } from './policy.ts';
import { watched } from './watch.ts';

const { values } = parseArgs({ options: { saves: { type: 'string', default: '10' } } });
const RULES = 25;
const folder = partOfLibrary(RULES);
try {
	const saves = await watched(folder, openRule(folder), Number(values.saves));
	const clean = partOfLibrary(RULES);
	const some = await mutated(clean, ['policy']).finally(() => rmSync(clean, { recursive: true }));
	const all = await mutated(join(import.meta.dirname, '..', '..'), ['policies', 'policy-test-fixtures']);
	const ms = (list: readonly number[]) => `${Math.round(median(list))} ms (at most ${Math.round(Math.max(...list))})`;
	const score = ({ seconds, score, mutants }: typeof all) =>
		`${seconds.toFixed(1)} s: ${score} % of ${mutants} mutants`;
	const rows = [
		[`${RULES} rules: from a save to the tests beside it`, ms(saves.map(({ beside }) => beside))],
		[`${RULES} rules: from a save to all unit tests`, ms(saves.map((saved) => saved.all))],
		[`${RULES} rules: mutation score by unit tests`, score(some)],
		['the library with its fixtures: mutation score', score(all)],
	];
	process.stdout.write(`${measuredOn(machine([]))}\n\n${table(['wait', 'time'], rows)}\n`);
} finally {
	rmSync(folder, { recursive: true });
}

function median(list: readonly number[]): number {
	return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}
