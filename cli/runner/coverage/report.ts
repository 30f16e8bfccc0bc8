import { percentOf } from '../../../engine/policy/coverage/lines.ts';
import { firing, matrix } from '../../output/coverage/matrix.ts';
import type { CoveredFile, PolicyCoverage } from '../../output/coverage/model.ts';
import { stretches } from '../../output/coverage/stretches.ts';
import type { Group, Item } from '../../output/report.ts';
import { table } from '../../output/table.ts';

/** Columns that text has for a detail line of an item. */
const ROOM = 76;

/** Coverage for a report: a group for each policy, and one for the threshold if there is one. */
export function coverageGroups(policies: readonly PolicyCoverage[], threshold: number | undefined): readonly Group[] {
	const groups = policies.map((policy): Group => {
		return { title: `${policy.policy} (coverage)`, items: [...summary(policy), ...policy.files.flatMap(gaps)] };
	});
	if (threshold === undefined) return groups;
	const { covered, total, percent } = overall(policies);
	const enough = percent >= threshold;
	const item: Item = {
		name: `line coverage ${percent} % (${covered} of ${total})`,
		status: enough ? 'ok' : 'failure',
		message: enough ? `the threshold is ${threshold} %` : `below the threshold of ${threshold} %`,
		...(enough
			? {}
			: { help: 'add fixtures or tests for the lines above, or say why not: `# sluice:uncovered REASON`' }),
	};
	return [...groups, { title: 'coverage', items: [item] }];
}

/** Lines of all policies together. */
export function overall(policies: readonly PolicyCoverage[]): { covered: number; total: number; percent: number } {
	const covered = policies.reduce((sum, { lines }) => sum + lines.covered, 0);
	const total = policies.reduce((sum, { lines }) => sum + lines.total, 0);
	return { covered, total, percent: percentOf(covered, total) };
}

function summary({ lines, byFixtures, expressions, frames, tests, sets }: PolicyCoverage): Item[] {
	const { rules, fired, never } = firing(sets);
	const rows = table(matrix(sets), ROOM).trimEnd().split('\n');
	return [
		{
			name: `lines ${lines.percent} % (${lines.covered} of ${lines.total})`,
			status: 'ok',
			message: `executed by WebAssembly in ${frames} frames and ${tests} unit tests`,
			detail: [
				`by fixtures alone ${byFixtures.percent} % (${byFixtures.covered} of ${byFixtures.total})`,
				`expressions and heads that were true ${percentOf(expressions.held, expressions.total)} % (${expressions.held} of ${expressions.total})`,
				...(lines.ignored === 0 ? [] : [`left out with a reason: ${lines.ignored}`]),
				...(lines.unmeasured === 0 ? [] : [`not measured: ${lines.unmeasured}`]),
			],
		},
		{ name: `rules fired in a fixture: ${fired} of ${rules}`, status: fired === rules ? 'ok' : 'note', detail: rows },
		...(never.length === 0
			? []
			: [
					{
						name: `sets that never fired in a fixture: ${never.length} of ${sets.length}`,
						status: 'note' as const,
						detail: never.map(({ rule, set }) => `${rule} ${set}`),
					},
				]),
	];
}

const WORDS = {
	partial: 'never true',
	missed: 'not reached',
	ignored: 'left out',
	unmeasured: 'not measured',
} as const;

/** What is not covered in a file, neighbours with one reason together. */
function gaps(file: CoveredFile): Item[] {
	const items = stretches(file.lines).map(({ from, to, status, reason, keeps }): Item => {
		return {
			name: `${from === to ? 'line' : `lines ${from}-${to}`} ${WORDS[status]}`.replace(/^line /, ''),
			status: 'note',
			message: status === 'ignored' ? `ignored: ${reason}` : reason,
			place: { file: file.path, row: from, col: 1 },
			...(keeps.length === 0 ? {} : { detail: [`it keeps from being covered: ${rows(keeps)}`] }),
		};
	});
	const idle = file.idle.map(({ row, why }): Item => {
		const covered = 'the line is covered: the comment can go';
		return {
			name: '`sluice:uncovered`',
			status: 'note',
			message: why === 'covered' ? covered : 'it gives no reason, so the line counts',
			place: { file: file.path, row, col: 1 },
		};
	});
	return [...items, ...idle];
}

/** `line 14`, `lines 14, 19-20` */
function rows(list: readonly number[]): string {
	const runs: [number, number][] = [];
	for (const row of [...list].sort((a, b) => a - b)) {
		const last = runs.at(-1);
		if (last?.[1] === row - 1) last[1] = row;
		else runs.push([row, row]);
	}
	const words = runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
	return `${list.length === 1 ? 'line' : 'lines'} ${words}`;
}
