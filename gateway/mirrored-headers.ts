import { envelopeOf } from '../engine/frame/era.ts';
import type { Frame, Refusal } from '../engine/frame/frame.ts';
import { type JsonNode, member, text } from '../engine/frame/json.ts';
import { decodeHeaderValue } from './header-value.ts';
import { type Declared, repeats, valueAt, values } from './param-headers.ts';
import { ENVELOPE_REVISIONS } from './revisions.ts';

/** What the HTTP headers of a request say that its body says too (MCP 2026-07-28, "Request Metadata"; SEP-2243). */
export interface MirroredHeaders {
	/** `MCP-Protocol-Version` */
	readonly version?: string;
	/** `Mcp-Method` */
	readonly method?: string;
	/** `Mcp-Name`: `params.name`, `params.uri` or `params.taskId` */
	readonly name?: string;
	/** `Mcp-Param-*`, by lower-case name */
	readonly params: ReadonlyMap<string, string>;
}

/** Those of a request, as they came. */
export function mirroredIn(headers: Readonly<Record<string, string>>): MirroredHeaders {
	const { 'mcp-protocol-version': version, 'mcp-method': method, 'mcp-name': name } = headers;
	const params = new Map<string, string>();
	for (const header in headers) if (header.startsWith('mcp-param-')) params.set(header, headers[header]!);
	return {
		...(version === undefined ? {} : { version }),
		...(method === undefined ? {} : { method }),
		...(name === undefined ? {} : { name }),
		params,
	};
}

/** Which member of `params` the header `Mcp-Name` repeats; tasks: SEP-2663, "Routing Headers". */
const NAMED_BY: ReadonlyMap<string, 'name' | 'uri' | 'taskId'> = new Map([
	['tools/call', 'name'],
	['prompts/get', 'name'],
	['resources/read', 'uri'],
	['tasks/get', 'taskId'],
	['tasks/update', 'taskId'],
	['tasks/cancel', 'taskId'],
]);

/** What `Mcp-Name` says of a request, if it says anything of requests of its method. */
export function nameOf(method: string | undefined, params: JsonNode | undefined): string | undefined {
	const by = method === undefined ? undefined : NAMED_BY.get(method);
	return by === undefined ? undefined : text(member(params, by));
}

/**
 * The refusal of frames that somebody who reads the headers alone would take for others (contract §1). What the
 * specification requires must be there too, from 2026-07-28 on.
 */
export function contradiction(
	said: MirroredHeaders,
	frames: readonly Frame[],
	declared: Declared = () => undefined,
): Refusal | undefined {
	for (const frame of frames) {
		const { kind, method, params } = frame;
		if (kind === 'result' || kind === 'error') continue;
		const envelope = envelopeOf(frame);
		const required = envelope !== undefined && kind === 'request';
		if (envelope !== undefined && said.version !== envelope.protocol && (required || said.version !== undefined))
			return differs('MCP-Protocol-Version', said.version, '`io.modelcontextprotocol/protocolVersion` in `_meta`');
		if (said.method !== method && (required || said.method !== undefined))
			return differs('Mcp-Method', said.method, '`method`');
		const name = nameOf(method, params);
		if (said.name !== undefined || (required && name !== undefined)) {
			const says = said.name === undefined ? undefined : decodeHeaderValue(said.name);
			const is = name ?? text(member(params, 'name')) ?? text(member(params, 'uri')) ?? text(member(params, 'taskId'));
			if (says === undefined || says !== is)
				return differs('Mcp-Name', said.name, '`params.name`, `params.uri` or `params.taskId`');
		}
		const calls = required && method === 'tools/call';
		const crosses = envelope !== undefined || ENVELOPE_REVISIONS.has(said.version ?? '');
		const wrong = calls ? wrongParam(said, name, params, declared) : crosses ? strayParam(said, undefined) : undefined;
		if (wrong !== undefined) return wrong;
	}
	return undefined;
}

function wrongParam(
	said: MirroredHeaders,
	tool: string | undefined,
	params: JsonNode | undefined,
	declared: Declared,
): Refusal | undefined {
	for (const { header, path, type } of (tool === undefined ? undefined : declared(tool)) ?? []) {
		const value = valueAt(member(params, 'arguments'), path);
		const says = said.params.get(header);
		if (value === undefined ? says === undefined : says !== undefined && repeats(says, value, type)) continue;
		return differs(header, says, `\`params.arguments.${path.join('.')}\``);
	}
	return strayParam(said, member(params, 'arguments'));
}

/**
 * A header that repeats nothing is no copy of a parameter but something of its own, which nobody has judged and no record
 * would have. Which parameter it should repeat is not known where the tool's definition was not seen: any will do.
 */
function strayParam({ params }: MirroredHeaders, args: JsonNode | undefined): Refusal | undefined {
	if (params.size === 0) return undefined;
	const shown = values(args);
	for (const [header, says] of params)
		if (!shown.some((value) => repeats(says, value, 'integer')))
			return differs(header, says, 'any of `params.arguments`');
	return undefined;
}

function differs(header: string, said: string | undefined, what: string): Refusal {
	if (said === undefined)
		return { code: 'ERR_HEADER_MISSING', message: `the header \`${header}\` must repeat ${what}` };
	return {
		code: 'ERR_HEADER_CONTRADICTS',
		message: `the header \`${header}\` says something else than ${what} in the body`,
	};
}
