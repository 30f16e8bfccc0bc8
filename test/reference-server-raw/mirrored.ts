import type { IncomingHttpHeaders } from 'node:http';
import { type Params, Refusal } from '../reference-server/call.ts';
import { metaOf, type Request, reserved } from './frames.ts';

/** Which member of `params` is mirrored in `Mcp-Name`. */
const named: Readonly<Record<string, string>> = {
	'tools/call': 'name',
	'prompts/get': 'name',
	'resources/read': 'uri',
	'tasks/get': 'taskId',
	'tasks/update': 'taskId',
	'tasks/cancel': 'taskId',
};

/** Refuses headers that say another thing than the body (2026-07-28, "Standard Request Headers"): -32020. */
export function checkHeaders(request: Request, headers: IncomingHttpHeaders, schema: Params | undefined): void {
	const { method, params = {} } = request;
	same('Mcp-Method', headers, method);
	const member = named[method];
	if (member !== undefined && member in params) same('Mcp-Name', headers, params[member]);
	const args = (params['arguments'] ?? {}) as Params;
	for (const [name, property] of Object.entries((schema?.['properties'] ?? {}) as Params)) {
		const header = (property as Params)['x-mcp-header'];
		if (header !== undefined && args[name] !== undefined) same(`Mcp-Param-${header}`, headers, args[name]);
	}
	const revision = metaOf(request)[reserved('protocolVersion')];
	if (revision !== undefined) same('MCP-Protocol-Version', headers, revision);
}

function same(name: string, headers: IncomingHttpHeaders, expected: unknown): void {
	const given = headers[name.toLowerCase()];
	if (typeof given === 'string' && decoded(name, given) === String(expected)) return;
	throw new Refusal(-32020, `${name} must be what the body says`);
}

/** What does not fit a header comes as `=?base64?…?=`. */
function decoded(name: string, value: string): string {
	const inner = /^=\?base64\?(.*)\?=$/.exec(value)?.[1];
	if (inner === undefined) return value;
	if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(inner))
		throw new Refusal(-32020, `${name} is not Base64`);
	return Buffer.from(inner, 'base64').toString();
}
