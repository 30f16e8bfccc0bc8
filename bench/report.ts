import { table } from './block.ts';
import type { JudgementTimes } from './judgement.ts';
import { type Cell, CLIENTS, type Effort, PROFILES } from './load-table.ts';
import { type Machine, measuredOn } from './machine.ts';
import type { StageTimes } from './stages.ts';

/** Everything one run of the benchmark found. */
export interface Results extends Machine {
	readonly effort: Effort;
	readonly load?: readonly Cell[];
	readonly stages?: StageTimes;
	readonly judgement?: JudgementTimes;
}

/** The results as Markdown. */
export function render(results: Results): string {
	const { rounds, warm, run } = results.effort;
	return [
		measuredOn(results),
		`Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; a cell runs for ${run} ms after ${warm} ms of warm-up.`,
		...(results.load === undefined ? [] : loadSection(results.load)),
		...(results.stages === undefined ? [] : stageSection(results.stages, results.load)),
		...(results.judgement === undefined ? [] : judgementSection(results.judgement)),
	].join('\n\n');
}

const thousands = (value: number): string => value.toLocaleString('en-US');

function loadSection(cells: readonly Cell[]): string[] {
	const find = (profile: string, clients: number, target: string): Cell | undefined =>
		cells.find((cell) => cell.profile === profile && cell.clients === clients && cell.target === target);
	const out = ['### Calls through the gateway'];
	for (const { name } of PROFILES) {
		const rows = CLIENTS.flatMap((clients) =>
			['direct', 'proxy', 'sluice'].flatMap((target) => {
				const cell = find(name, clients, target);
				const floor = find(name, clients, 'proxy');
				if (cell === undefined || floor === undefined) return [];
				return [
					[
						String(clients),
						target,
						`${thousands(cell.perSecond)} (${thousands(cell.spread[0])}–${thousands(cell.spread[1])})`,
						(cell.perSecond / floor.perSecond).toFixed(2),
						thousands(cell.p50),
						thousands(cell.p99),
						cell.cpu === undefined ? '–' : thousands(cell.cpu),
						String(cell.errors),
					],
				];
			}),
		);
		out.push(
			`**${name}**`,
			table(
				[
					'clients',
					'target',
					'calls/s (lowest–highest)',
					'ratio to proxy',
					'p50 µs',
					'p99 µs',
					'CPU µs/call',
					'errors',
				],
				rows,
			),
		);
	}
	return out;
}

function stageSection(stages: StageTimes, load: readonly Cell[] | undefined): string[] {
	const rows = stages.rows.map(({ stage, request, answer, with: what }) => [
		stage,
		request.toFixed(1),
		answer.toFixed(1),
		what,
	]);
	const hop = (target: string): number | undefined =>
		load?.find((cell) => cell.profile === PROFILES[0].name && cell.clients === 1 && cell.target === target)?.p50;
	const [direct, proxy, sluice] = [hop('direct'), hop('proxy'), hop('sluice')];
	const out = [
		'### Where time goes',
		'One call is two frames: its request and its answer. The stages are timed in one process on the functions the gateway calls; mean µs a frame, the answer with 8 KB.',
		table(['stage', 'request µs', 'answer µs', 'what'], rows),
	];
	if (direct !== undefined && proxy !== undefined && sluice !== undefined) {
		out.push(
			`relay: a bare hop costs ${proxy - direct} µs of p50 at one client (proxy less direct). Sluice adds ${sluice - proxy} µs to the proxy; two appends alone take ${Math.round(2 * stages.appendP50)} µs.`,
		);
	}
	return out;
}

function judgementSection(times: JudgementTimes): string[] {
	const rows = times.rows.map(({ what, p50, p99 }) => [what, p50.toFixed(1), p99.toFixed(1)]);
	return [
		'### One judgement',
		`A \`tools/call\` request of ${times.frameBytes} bytes under the starter policy (${times.rules} rules); ${times.rounds} rounds in turns, ${times.calls} calls each, µs. The engine alone, against others, is [below](#the-engine).`,
		table(['what', 'p50', 'p99'], rows),
	];
}
