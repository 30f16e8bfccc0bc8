import { table } from '../block.ts';
import { type Machine, measuredOn } from '../machine.ts';
import { type Bar, bars, type EngineTimes, ratio } from './bars.ts';
import { LEFT_OUT } from './cedar-policies.ts';
import type { DecisionTimes } from './decision.ts';
import type { Sample } from './endurance.ts';
import type { FuelTimes } from './fuel.ts';
import type { Held } from './held.ts';
import type { IndexTimes } from './index-cost.ts';
import { type Effort, quantile, type Round } from './rounds.ts';

export interface EngineResults extends Machine, EngineTimes {}

/** The results as Markdown. */
export function render(results: EngineResults): string {
	const { decision, index, fuel, memory } = results;
	return [
		measuredOn(results),
		...barSection(bars(results)),
		...(decision === undefined ? [] : decisionSection(decision)),
		...(index === undefined ? [] : indexSection(index)),
		...(fuel === undefined ? [] : fuelSection(fuel)),
		...(memory === undefined ? [] : memorySection(memory)),
	].join('\n\n');
}

/** One line for a bar. */
export function barLine({ what, met, found }: Bar): string {
	const verdict = met === undefined ? 'not decided' : met ? 'met' : '**not met**';
	return `${what}: ${found} (${verdict})`;
}

function barSection(all: readonly Bar[]): string[] {
	return ['### What the engine is to reach', all.map((bar) => `- ${barLine(bar)}`).join('\n')];
}

const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');
const middle = (rounds: readonly Round[], pick: (round: Round) => number): number => quantile(rounds.map(pick), 0.5);

function figures(rounds: readonly Round[], base: readonly Round[]): string[] {
	const quietest = Math.min(...rounds.map(({ p99 }) => p99));
	return [
		middle(rounds, ({ p50 }) => p50).toFixed(1),
		middle(rounds, ({ p99 }) => p99).toFixed(1),
		quietest.toFixed(1),
		`${ratio(rounds, base).toFixed(2)}×`,
	];
}

function method({ rounds, calls }: Effort): string {
	return (
		`${rounds} rounds in turns, ${thousands(calls)} calls each (fewer of what is slow); medians of the rounds, ` +
		'beside them the p99 of the quietest one; ratios are of p50 within a round.'
	);
}

function decisionSection({ rules, frameBytes, inputBytes, effort, rows }: DecisionTimes): string[] {
	const base = rows.find(({ engine }) => engine === 'ours')!.rounds;
	const body = rows.map(({ name, rounds, why }) =>
		why === undefined ? [name, ...figures(rounds, base)] : [`${name}: not measured, ${why}`, '–', '–', '–', '–'],
	);
	return [
		'### One decision',
		`${rules} realistic rules and a \`tools/call\` of ${thousands(frameBytes)} bytes, a policy input of ${thousands(inputBytes)} bytes; µs a decision. ` +
			'Every engine gave the same decision on this frame and on several that rules object to before it was timed. ' +
			method(effort),
		table(['engine', 'p50 µs', 'p99 µs', 'quietest p99 µs', 'by ours'], body),
		`Cedar does less: it has no regular expressions and does not walk, so ${LEFT_OUT.length} rules (${LEFT_OUT.map((id) => `\`${id}\``).join(', ')}) ` +
			'are left out, others have `like` with a fixed part, and it is given no messages, masks and labels to make. ' +
			'What takes an object is given it parsed. OPA and its client share the machine. The hand-written program is the floor.',
	];
}

function indexSection({ effort, rows }: IndexTimes): string[] {
	const base = rows.find((row) => row.case === 'few')!.rounds;
	return [
		'### Rules that do not apply',
		`The same frame, and one of the same size of a method that no rule is about. ${method(effort)}`,
		table(
			['policy', 'p50 µs', 'p99 µs', 'quietest p99 µs', 'by the first'],
			rows.map(({ name, rounds }) => [name, ...figures(rounds, base)]),
		),
	];
}

function fuelSection({
	rounds,
	arena,
	ratios,
	judged,
	cold,
	warm,
	budget,
	rewriting,
	bytes,
	hostile,
}: FuelTimes): string[] {
	const told = (list: FuelTimes['ratios']) =>
		list.map(({ quantile: q, ratio: value }) => `${value.toFixed(3)} (quantile ${q})`).join(', ');
	return [
		'### Fuel',
		`The module with and without metering, ${rounds} rounds in turns of ${arena} evaluations on an emptied heap: ratio ${told(ratios)}; of whole judgements (input, evaluation, merging) ${told(judged)}. ` +
			`A decision takes ${thousands(cold)} units on an empty heap and ${thousands(warm)} later, of ${thousands(budget)} it may take. ` +
			`Rewriting takes ${rewriting.toFixed(1)} ms once and makes ${thousands(bytes[0])} bytes ${thousands(bytes[1])}.`,
		`Evaluations that would hang or fill the memory, until they are cut, medians of ${hostile.rounds}. ` +
			`${thousands(hostile.fuelPerMs)} units count as a millisecond; the last but one column is what such a millisecond took by the clock, ` +
			'the last one the whole answer with its second try on an empty heap.',
		table(
			['evaluation', 'ended by', 'units', 'ms', 'ms by ms of fuel', 'answered after ms'],
			hostile.rows.map(({ name, code, units, ms, perMs, answered }) => [
				`\`${name}\``,
				code.replace('ERR_EVALUATION_', '').toLowerCase(),
				thousands(units),
				ms.toFixed(1),
				perMs.toFixed(2),
				answered.toFixed(1),
			]),
		),
	];
}

function memorySection(samples: readonly Sample<Held>[]): string[] {
	const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
	const first = samples[0]!.held.rss;
	return [
		'### Memory',
		'One evaluator in a process of its own, inputs of several kinds of which none is like another; after collecting garbage, room for young objects included.',
		table(
			['evaluations', 'RSS MiB', 'by the first', 'JavaScript heap MiB'],
			samples.map(({ evaluations, held }) => [
				thousands(evaluations),
				mib(held.rss),
				`${(held.rss / first).toFixed(3)}×`,
				mib(held.heap),
			]),
		),
	];
}
