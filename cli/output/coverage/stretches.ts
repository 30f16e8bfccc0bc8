import type { LineCoverage, LineStatus } from '../../../engine/policy/coverage/lines.ts';

/** Neighbouring lines that are not covered, for the same reason. */
export interface Stretch {
	readonly from: number;
	readonly to: number;
	readonly status: Exclude<LineStatus, 'covered'>;
	readonly code: string;
	readonly reason: string;
	/** Rows of others that only this one keeps from being covered; they have no stretch of their own. */
	readonly keeps: readonly number[];
}

/**
 * Joins lines that follow each other, and puts those that one expression keeps from being covered to that expression.
 */
export function stretches(lines: readonly LineCoverage[]): readonly Stretch[] {
	const never = new Set(lines.filter(({ reason }) => reason?.code === 'false').map(({ row }) => row));
	const kept = Map.groupBy(lines, ({ row, reason }) => {
		return reason?.by !== undefined && reason.by !== row && never.has(reason.by) ? reason.by : undefined;
	});
	const found: Stretch[] = [];
	let open = false;
	for (const { row, status, reason } of kept.get(undefined) ?? []) {
		if (status === 'covered') {
			open = false;
			continue;
		}
		const last = found.at(-1);
		const { code = '', text = '' } = reason ?? {};
		const keeps = (kept.get(row) ?? []).map((line) => line.row);
		const same = open && last?.status === status && last.reason === text && last.keeps.length + keeps.length === 0;
		if (same) found[found.length - 1] = { ...last, to: row };
		else found.push({ from: row, to: row, status, code, reason: text, keeps });
		open = true;
	}
	return found;
}
