import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { DataFile, Place } from './types.ts';

/** Steps into data: names of members and positions in lists. */
export type DataPath = readonly (string | number)[];

/** Finds where a value of the merged data was written. */
export type DataPlaces = (path: DataPath) => Place | undefined;

/**
 * Where values stand in the files that the data was read from: the last file that says something of the path, and in it
 * the deepest step that is there. Files are parsed when somebody asks.
 */
export function dataPlaces(files: readonly DataFile[] = []): DataPlaces {
	const parsed = new Map<DataFile, Parsed>();
	return (path) => {
		let best: { place: Place; depth: number } | undefined;
		for (const file of files) {
			const inside = within(file, path);
			if (inside === undefined) continue;
			const known = parsed.get(file) ?? parse(file);
			parsed.set(file, known);
			const found = find(known, inside);
			if (found === undefined) continue;
			const depth = file.under.length + found.depth;
			if (best === undefined || depth >= best.depth) best = { place: { file: file.path, ...found.place }, depth };
		}
		return best?.place;
	};
}

/** The same for one file, whose top is `data` itself. */
export function placeInFile(path: string, text: string, at: DataPath): Place | undefined {
	return dataPlaces([{ path, text, under: [] }])(at);
}

interface Parsed {
	readonly root: Node | null;
	readonly lines: LineCounter;
}

function parse(file: DataFile): Parsed {
	const lines = new LineCounter();
	// JSON is YAML as far as positions go
	const { contents } = parseDocument(file.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
	return { root: contents, lines };
}

/** The rest of the path below the folders that the file lies in. */
function within(file: DataFile, path: DataPath): DataPath | undefined {
	return file.under.every((name, index) => path[index] === name) ? path.slice(file.under.length) : undefined;
}

function find({ root, lines }: Parsed, path: DataPath): { place: Omit<Place, 'file'>; depth: number } | undefined {
	let [node, at, depth] = [root, root, 0];
	for (const step of path) {
		const next = into(node, step);
		if (next === undefined) break;
		({ at, node } = next);
		depth++;
	}
	if (depth === 0 || at?.range == null) return { place: { row: 1, col: 1 }, depth };
	const [start, end] = [lines.linePos(at.range[0]), lines.linePos(at.range[1])];
	return { place: { row: start.line, col: start.col, endRow: end.line, endCol: end.col }, depth };
}

/** A member with its key, whose place is shown, or an item. */
function into(node: Node | null, step: string | number): { at: Node; node: Node | null } | undefined {
	if (isMap(node)) {
		const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
		return pair === undefined ? undefined : { at: pair.key as Node, node: pair.value as Node | null };
	}
	if (!isSeq(node) || typeof step !== 'number') return undefined;
	const item = node.items[step] as Node | undefined;
	return item === undefined ? undefined : { at: item, node: item };
}
