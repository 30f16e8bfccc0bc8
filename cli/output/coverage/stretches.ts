import type { LineCoverage, LineStatus } from '../../../engine/policy/coverage/lines.ts';

/** Neighbouring lines that are not covered, for the same reason. */
export interface Stretch {
	readonly from: number;
	readonly to: number;
	readonly status: Exclude<LineStatus, 'covered'>;
	readonly code: string;
	readonly reason: string;
}

/** Joins lines that follow each other (with none on which anything is evaluated and that is covered between). */
export function stretches(lines: readonly LineCoverage[]): readonly Stretch[] {
	const found: Stretch[] = [];
	let open = false;
	for (const { row, status, reason } of lines) {
		if (status === 'covered') {
			open = false;
			continue;
		}
		const last = found.at(-1);
		const text = reason?.text ?? '';
		if (open && last?.status === status && last.reason === text) found[found.length - 1] = { ...last, to: row };
		else found.push({ from: row, to: row, status, code: reason?.code ?? '', reason: text });
		open = true;
	}
	return found;
}
