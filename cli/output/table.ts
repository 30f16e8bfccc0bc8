import { clip } from './wrap.ts';

/**
 * Rows in plain columns two blanks apart, the first row the heading. What does not fit `width` is cut from the last
 * column; numbers-only columns are right-aligned.
 */
export function table(rows: readonly (readonly string[])[], width: number): string {
	const columns = rows[0]?.length ?? 0;
	const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
	const numbers = widths.map(
		(_, i) => rows.length > 1 && rows.slice(1).every((row) => /^-?[0-9.]*$/.test(row[i] ?? '')),
	);
	return rows
		.map((row) => {
			const cells = row.map((cell, i) => {
				if (i === columns - 1 && !numbers[i]) return cell;
				return numbers[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
			});
			return `${clip(cells.join('  '), width).trimEnd()}\n`;
		})
		.join('');
}
