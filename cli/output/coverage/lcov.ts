import type { PolicyCoverage } from './model.ts';

/**
 * An lcov tracefile (the format that `geninfo(1)` describes): lines only. `TN` may be empty, paths are as given; a line
 * that is ignored or not measured has no `DA`.
 */
export function lcov(policies: readonly PolicyCoverage[]): string {
	const records = policies.flatMap(({ files }) =>
		files.map(({ path, lines, totals }) => {
			const counted = lines.filter(({ status }) => status !== 'ignored' && status !== 'unmeasured');
			const data = counted.map(({ row, hits }) => `DA:${row},${hits}\n`).join('');
			return `TN:\nSF:${path}\n${data}LF:${totals.total}\nLH:${totals.covered}\nend_of_record\n`;
		}),
	);
	return records.join('');
}
