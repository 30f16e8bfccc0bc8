import { type Document, isMap, isPair, isScalar, type Pair, type ParsedNode, parseDocument, type YAMLMap } from 'yaml';

/**
 * The text of a YAML data file with `config.rules["<id>"]: { level: enforce }` in it: a line of its own among the others,
 * in the order of the names if they are in order. Comments, blank lines and everything else stay as they are.
 */
export function withLevel(text: string, id: string): string {
	const document = parseDocument(text);
	const rules = document.getIn(['config', 'rules']);
	if (isMap(rules) && rules.flow !== true && rules.items.length > 0) {
		const added = insert(text, rules, id);
		if (added !== undefined) return added;
	}
	const level = document.createNode({ level: 'enforce' });
	level.flow = true;
	if (isMap(rules)) rules.flow = false;
	// a key without a value is no place to put one
	for (const path of [[], ['config'], ['config', 'rules']]) {
		if (!isMap(path.length === 0 ? document.contents : document.getIn(path))) put(document, path);
	}
	document.setIn(['config', 'rules', id], level);
	return document.toString({ lineWidth: 0 });
}

function put(document: Document.Parsed, path: readonly string[]): void {
	const empty = document.createNode({}) as ParsedNode & YAMLMap;
	empty.flow = false;
	if (path.length === 0) document.contents = empty;
	else document.setIn(path, empty);
}

/** Between two lines of the text. */
function insert(text: string, rules: YAMLMap, id: string): string | undefined {
	const pairs = rules.items.filter((pair) => isPair(pair)) as Pair[];
	const starts = pairs.map(startOf);
	const first = starts[0];
	if (first === undefined || starts.includes(undefined)) return undefined;
	const indent = text.slice(text.lastIndexOf('\n', first - 1) + 1, first);
	if (!/^ *$/.test(indent)) return undefined;
	const names = pairs.map(({ key }) => String(isScalar(key) ? key.value : key));
	const ordered = names.every((name, i) => i === 0 || names[i - 1]! < name);
	const after = ordered ? names.findIndex((name) => name > id) : -1;
	const line = `${indent}${id}: { level: enforce }\n`;
	if (after > 0) return splice(text, lineEnd(text, endOf(pairs[after - 1]!)), line);
	if (after === 0) return splice(text, first - indent.length, line);
	return splice(text, lineEnd(text, endOf(pairs.at(-1)!)), line);
}

function startOf({ key }: Pair): number | undefined {
	return isScalar(key) ? key.range?.[0] : undefined;
}

function endOf({ key, value }: Pair): number {
	const node = (value ?? key) as { range?: readonly number[] | null };
	return node.range?.[1] ?? 0;
}

/** Behind the line that `at` is in; a value that ends with its line break is in the line before. */
function lineEnd(text: string, at: number): number {
	if (text[at - 1] === '\n') return at;
	const end = text.indexOf('\n', at);
	return end === -1 ? text.length : end + 1;
}

function splice(text: string, at: number, line: string): string {
	const before = text.slice(0, at);
	return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}${text.slice(at)}`;
}
