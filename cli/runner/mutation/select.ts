import { join } from 'node:path';
import type { Equivalent, Mutant, MutantList } from '../../../engine/policy/mutation/mutant.ts';
import type { Item } from '../../output/report.ts';
import { isUnder } from '../test-rego.ts';

/** Which mutants a run is about. */
export interface Selection {
	readonly mutants: readonly Mutant[];
	/** How many the whole policy has. */
	readonly all: number;
	/** The comment that calls a mutant equivalent, by the mutant's id. */
	readonly ignored: ReadonlyMap<string, Equivalent>;
	/** What is wrong with such comments. */
	readonly slips: readonly Item[];
}

/** `rules.shell.closed` → `shell/closed`, `lib.paths` → `lib/paths`: how reports name what a mutant is of. */
export function ruleOf(packageName: string): string {
	return packageName.replace(/^rules\./, '').replaceAll('.', '/');
}

/**
 * The mutants below `under` (paths; empty: all) of rules that `run` takes by id or package. Files are relative to
 * `folder`; `shown` makes them what the user would write.
 */
export function select(
	{ mutants, equivalents, operators }: MutantList,
	folder: string,
	under: readonly (string | undefined)[],
	run: RegExp | undefined,
	shown: (path: string) => string,
): Selection {
	const here = (file: string) => under.some((path) => isUnder(join(folder, file), path));
	const named = ({ package: name }: Mutant) => run === undefined || run.test(ruleOf(name)) || run.test(name);
	const selected = mutants.filter((mutant) => here(mutant.file) && named(mutant));
	const ignored = new Map<string, Equivalent>();
	const slips: Item[] = [];
	for (const comment of equivalents.filter(({ file }) => here(file))) {
		const place = { file: shown(join(folder, comment.file)), row: comment.row, col: 1 };
		const slip = (message: string, help: string) =>
			slips.push({ name: 'sluice:equivalent', status: 'failure', rule: 'sluice:equivalent', message, help, place });
		const matching = mutants.filter((mutant) => isOf(comment, mutant));
		if (matching.length === 0) {
			const near = mutants.filter(({ file, row }) => file === comment.file && row === comment.line);
			const there = [...new Set(near.map(({ operator }) => operator))].join(', ');
			slip(
				'the comment matches no mutant',
				there === ''
					? `the line below it has none; operators are ${operators.join(', ')}`
					: `the line below it has ${there}`,
			);
		} else if (comment.reason === undefined) {
			slip('the comment gives no reason', 'write `# sluice:equivalent OPERATOR why it changes nothing`');
		} else {
			for (const mutant of matching) ignored.set(mutant.id, comment);
		}
	}
	return { mutants: selected, all: mutants.length, ignored, slips };
}

function isOf({ file, line, operator }: Equivalent, mutant: Mutant): boolean {
	return mutant.file === file && mutant.row === line && (operator === undefined || mutant.operator === operator);
}
