import type { Frame } from '../engine/frame/frame.ts';
import { type JsonNode, member, text } from '../engine/frame/json.ts';
import { decodeHeaderValue } from './header-value.ts';

/** A parameter of a tool that a header repeats (MCP 2026-07-28, tools, `x-mcp-header`). */
export interface ParamHeader {
	/** Lower case, `mcp-param-` included. */
	readonly header: string;
	/** Keys from `arguments` to the value. */
	readonly path: readonly string[];
	readonly type: 'string' | 'integer' | 'boolean';
}

/** The parameters of a tool that headers repeat; undefined: its definition was not seen. */
export type Declared = (tool: string) => readonly ParamHeader[] | undefined;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Tool name → what its `inputSchema` declares, for each tool of a result of `tools/list`. */
export function declaredIn(frame: Frame): Map<string, readonly ParamHeader[]> {
	const declared = new Map<string, readonly ParamHeader[]>();
	const tools = member(frame.result, 'tools');
	if (tools?.type !== 'array') return declared;
	for (const tool of tools.items) {
		const name = text(member(tool, 'name'));
		if (name !== undefined) declared.set(name, paramHeaders(member(tool, 'inputSchema')));
	}
	return declared;
}

/** None where a declaration is not as the specification has it: such a tool has no headers that anybody relies on. */
function paramHeaders(schema: JsonNode | undefined): readonly ParamHeader[] {
	const found: ParamHeader[] = [];
	const proper = (node: JsonNode | undefined, path: readonly string[]): boolean => {
		const properties = member(node, 'properties');
		if (properties?.type !== 'object') return true;
		return properties.members.every(({ key, value }) => {
			const at = [...path, key];
			const name = member(value, 'x-mcp-header');
			if (name !== undefined) {
				const type = text(member(value, 'type'));
				const suffix = text(name);
				if (suffix === undefined || !TOKEN.test(suffix)) return false;
				if (type !== 'string' && type !== 'integer' && type !== 'boolean') return false;
				found.push({ header: `mcp-param-${suffix.toLowerCase()}`, path: at, type });
			}
			return proper(value, at);
		});
	};
	const unique = () => new Set(found.map(({ header }) => header)).size === found.length;
	return proper(schema, []) && unique() ? found : [];
}

/** The text of the value that `path` names in `args`, as a header would have it; undefined: there is none, or it is null. */
export function valueAt(args: JsonNode | undefined, path: readonly string[]): string | undefined {
	let node = args;
	for (const key of path) node = member(node, key);
	return plain(node);
}

/** A string, number or boolean as text. */
export function plain(node: JsonNode | undefined): string | undefined {
	if (node?.type === 'string') return node.value;
	if (node?.type === 'number') return node.raw;
	return node?.type === 'literal' && node.value !== null ? String(node.value) : undefined;
}

/** All values below `node`. */
export function values(node: JsonNode | undefined): string[] {
	if (node?.type === 'object') return node.members.flatMap(({ value }) => values(value));
	if (node?.type === 'array') return node.items.flatMap(values);
	const value = plain(node);
	return value === undefined ? [] : [value];
}

/** Does a header repeat this value? Integers are compared as numbers: `42.0` and `42` are one. */
export function repeats(header: string, value: string, type: ParamHeader['type']): boolean {
	const decoded = decodeHeaderValue(header);
	if (decoded === value) return true;
	if (decoded === undefined || type !== 'integer') return false;
	const [said, is] = [Number(decoded), Number(value)];
	return NUMBER.test(decoded) && Number.isSafeInteger(said) && said === is;
}

/** RFC 8259 §6: `010` is eight to some readers, and `0x10` a number to some. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
