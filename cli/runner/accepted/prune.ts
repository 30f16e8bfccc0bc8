import { isSeq, LineCounter, parseDocument } from 'yaml';

/**
 * The text of `policy-changes.yaml` without the lines at these indexes, which are given in rising order. Everything else
 * stays as it is written, byte by byte. Comments that stand directly above a line go with it, except above the first
 * one: they may be about the whole file.
 */
export function pruneChanges(text: string, indexes: readonly number[]): string {
	if (indexes.length === 0) return text;
	const counter = new LineCounter();
	const document = parseDocument(text, { lineCounter: counter });
	const list = document.contents;
	if (!isSeq(list)) return text;
	const rowAt = (offset: number) => counter.linePos(offset).line;
	const spans = list.items.map((item) => {
		const [start, end] = (item as { range: [number, number, number] }).range;
		return { first: rowAt(start), last: rowAt(Math.max(start, end - 1)) };
	});
	const alone = spans.every(({ first }, i) => i === 0 || first > spans[i - 1]!.last);
	if (list.flow === true || !alone) {
		list.items = list.items.filter((_, i) => !indexes.includes(i));
		return document.toString({ lineWidth: 0 });
	}
	const rows = text.split(/(?<=\n)/);
	const gone = new Set<number>();
	for (const i of indexes) {
		let first = spans[i]!.first;
		// `-` may stand on a row of its own
		while (first > 1 && !/^\s*-/.test(rows[first - 1]!)) first--;
		if (i > 0) while (first > 1 && /^\s*#/.test(rows[first - 2]!)) first--;
		for (let row = first; row <= spans[i]!.last; row++) gone.add(row);
	}
	const kept = rows.filter((_, i) => !gone.has(i + 1)).join('');
	return kept;
}
