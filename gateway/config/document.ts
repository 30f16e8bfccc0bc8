import { isNode, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { SluiceError } from '../../engine/error.ts';
import { tokens } from '../../engine/schema/explain.ts';

/** A position in a configuration file, 1-based. */
export interface ConfigPlace {
	readonly row: number;
	readonly col: number;
}

/** A YAML (or JSON) file that knows where its parts stand. */
export interface ConfigDocument {
	readonly value: unknown;
	/** Where the value at `pointer` begins, or its key; the nearest parent's when there is no such value. */
	place(pointer: string, key?: boolean): ConfigPlace;
}

/**
 * Reads one YAML 1.2 document. JSON is a subset of it.
 * @throws SluiceError `ERR_CONFIG_SYNTAX` with file:line:col; duplicate keys are errors.
 */
export function configDocument(text: string, file: string): ConfigDocument {
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
	const problem = document.errors[0] ?? document.warnings[0];
	const at = (offset: number): ConfigPlace => {
		const { line, col } = lines.linePos(offset);
		return { row: Math.max(1, line), col: Math.max(1, col) };
	};
	if (problem !== undefined) {
		const { row, col } = at(problem.pos[0]);
		const message = problem.message.split('\n')[0]!.replace(/\.$/, '');
		throw new SluiceError(
			'ERR_CONFIG_SYNTAX',
			`${file}:${row}:${col}: ${message[0]?.toLowerCase()}${message.slice(1)}`,
			{
				help: 'the file must be one YAML or JSON document',
			},
		);
	}
	return {
		value: document.toJS({ maxAliasCount: 100 }),
		place(pointer, key = false) {
			let node: Node | null = document.contents;
			let offset = node?.range?.[0] ?? 0;
			for (const [i, token] of tokens(pointer).entries()) {
				const last = i === tokens(pointer).length - 1;
				const next = child(node, token);
				if (next === undefined) break;
				offset = (key && last) || next.value === null ? next.key : (next.value.range?.[0] ?? next.key);
				node = next.value;
			}
			return at(offset);
		},
	};
}

function child(node: Node | null, token: string): { key: number; value: Node | null } | undefined {
	const items = (node as { items?: unknown[] } | null)?.items;
	if (items === undefined) return undefined;
	for (const [i, item] of items.entries()) {
		if (isPair(item)) {
			if (!isScalar(item.key) || String(item.key.value) !== token) continue;
			return { key: item.key.range?.[0] ?? 0, value: isNode(item.value) ? item.value : null };
		}
		if (String(i) === token && isNode(item)) return { key: item.range?.[0] ?? 0, value: item };
	}
	return undefined;
}
