import { join } from 'node:path';
import type { Group, Item } from '../../output/report.ts';
import type { Nearest } from './nearest.ts';
import type { MutantResult, Mutation } from './run.ts';
import { ruleOf } from './select.ts';

/** How many mutants of all may be called equivalent. */
const MOST_IGNORED = 0.02;

/** What `test --mutate` adds to a report. */
export interface MutationReport {
	readonly groups: readonly Group[];
	/** `mutation score 95.1 % (1141 of 1200 killed)` */
	readonly summary: string;
	/** The member `mutation` of the JSON form; see docs/testing.md. */
	readonly data: Readonly<Record<string, unknown>>;
}

/** Groups, words and JSON of what became of the mutants. `threshold`: the least score, in per cent. */
export function reportMutation(
	{ results, notCompiled, all, slips }: Mutation,
	folder: string,
	shown: (path: string) => string,
	threshold: number | undefined,
): MutationReport {
	const killed = results.filter(({ status }) => status === 'killed');
	const ignored = results.filter(({ status }) => status === 'ignored');
	const score = scoreOf(killed.length, results.length);
	const below = threshold !== undefined && score < threshold;
	const placeOf = ({ mutant }: MutantResult) => ({
		file: shown(join(folder, mutant.file)),
		row: mutant.row,
		col: mutant.col,
	});
	const items = results.flatMap((result): Item[] => {
		if (result.status === 'killed')
			return result.comment === undefined ? [] : [wronglyIgnored(result, placeOf(result))];
		return [survivor(result, placeOf(result), below)];
	});
	const verdicts = [...slips];
	if (below) {
		const message = `${spellScore(score)} of the mutants are killed, less than the threshold of ${threshold} %`;
		const help = 'write tests that tell the survivors from the policy';
		verdicts.push({ name: 'mutation score', status: 'failure', rule: 'mutation/threshold', message, help });
	}
	// of the whole policy: a run of one rule has few mutants, and one of them would be too many
	const of = Math.max(results.length, all - notCompiled);
	if (ignored.length > MOST_IGNORED * of) {
		const message = `${ignored.length} of ${of} mutants are called equivalent, more than ${MOST_IGNORED * 100} %`;
		const help = 'write tests for some of them, or write the rule so that the change cannot be made';
		verdicts.push({ name: 'equivalent mutants', status: 'failure', rule: 'mutation/ignored', message, help });
	}
	const title = shown(folder);
	return {
		groups: [
			{ title: `${title} (mutants that survive)`, items, brief: true },
			{ title: `${title} (mutation score by rule)`, items: byRule(results) },
			{ title: `${title} (mutation)`, items: verdicts },
		],
		summary: `mutation score ${spellScore(score)} (${killed.length} of ${results.length} killed)`,
		data: {
			score,
			...(threshold === undefined ? {} : { threshold }),
			mutants: results.length,
			killed: killed.length,
			survived: results.length - killed.length - ignored.length,
			ignored: ignored.length,
			notCompiled,
			killedBy: {
				tests: killed.filter(({ killedBy }) => killedBy === 'test').length,
				suites: killed.filter(({ killedBy }) => killedBy === 'suite').length,
				failures: killed.filter(({ killedBy }) => killedBy === 'failure').length,
			},
			rules: rules(results).map(([rule, of]) => {
				const dead = of.filter(({ status }) => status === 'killed').length;
				return { rule, score: scoreOf(dead, of.length), mutants: of.length, killed: dead };
			}),
			results: results.map((result) => spellResult(result, placeOf(result).file)),
		},
	};
}

/** In per cent with one decimal, never rounded up to what it is not. */
function scoreOf(killed: number, all: number): number {
	return all === 0 ? 100 : Math.floor((1000 * killed) / all) / 10;
}

function spellScore(score: number): string {
	return `${score.toFixed(1)} %`;
}

function survivor(result: MutantResult, place: Item['place'] & {}, below: boolean): Item {
	const { mutant, comment } = result;
	const base = { name: mutant.operator, rule: ruleOf(mutant.package), place, message: spellChange(result) };
	if (comment !== undefined) {
		return { ...base, status: 'note', detail: [`equivalent: ${comment.reason}`] };
	}
	return { ...base, status: below ? 'failure' : 'warning', detail: [spellNearest(result.nearest)] };
}

function wronglyIgnored(result: MutantResult, place: Item['place'] & {}): Item {
	return {
		name: result.mutant.operator,
		status: 'failure',
		rule: 'sluice:equivalent',
		place,
		message: `a comment calls it equivalent, and ${result.killer} kills it`,
		detail: [spellChange(result)],
		help: 'take the comment out, or name the operator that it means',
	};
}

function spellChange({ mutant: { before, after } }: MutantResult): string {
	return after === '' ? `\`${before}\` left out` : `\`${before}\` → \`${after}\``;
}

function spellNearest(near: Nearest | undefined): string {
	if (near === undefined) return 'no test evaluates the rule';
	if (near.nearness === 'differed')
		return `nearest: ${near.name} sees something else there, and asks for nothing that follows from it`;
	if (near.nearness === 'reached') return `nearest: ${near.name} comes to it, and it makes no difference there`;
	return `nearest: ${near.name} evaluates the rule, and does not come so far`;
}

function rules(results: readonly MutantResult[]): readonly (readonly [string, readonly MutantResult[]])[] {
	const byName = new Map<string, MutantResult[]>();
	for (const result of results) {
		const rule = ruleOf(result.mutant.package);
		byName.set(rule, [...(byName.get(rule) ?? []), result]);
	}
	return [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
}

function byRule(results: readonly MutantResult[]): Item[] {
	return rules(results).map(([rule, of]) => {
		const killed = of.filter(({ status }) => status === 'killed').length;
		const score = spellScore(scoreOf(killed, of.length));
		return { name: rule, status: 'ok', message: `${score}, ${killed} of ${of.length} killed` };
	});
}

function spellResult({ mutant, status, killedBy, killer, message, comment, nearest }: MutantResult, file: string) {
	const { id, row, col, operator, before, after } = mutant;
	return {
		id,
		file,
		row,
		col,
		rule: ruleOf(mutant.package),
		operator,
		before,
		after,
		status,
		...(killedBy === undefined ? {} : { killedBy, killer }),
		...(message === undefined ? {} : { message }),
		...(comment?.reason === undefined ? {} : { reason: comment.reason }),
		...(nearest === undefined ? {} : { nearest }),
	};
}
