import type { Frame, Refusal } from '../engine/frame/frame.ts';
import { member, text } from '../engine/frame/json.ts';

/** What HTTP headers say that the body says too (MCP 2026-07-28, "Standard Request Headers"; SEP-2243). */
export interface MirroredHeaders {
	/** `Mcp-Method` */
	readonly method?: string;
	/** `Mcp-Name`: `params.name` or `params.uri` */
	readonly name?: string;
}

/** Those of a request, as they came; undefined: there are none. */
export function mirroredIn(headers: Readonly<Record<string, string>>): MirroredHeaders | undefined {
	const { 'mcp-method': method, 'mcp-name': name } = headers;
	if (method === undefined && name === undefined) return undefined;
	return { ...(method === undefined ? {} : { method }), ...(name === undefined ? {} : { name }) };
}

/** The refusal of frames that somebody who reads the headers alone would take for others (contract §1). */
export function contradiction(said: MirroredHeaders, frames: readonly Frame[]): Refusal | undefined {
	for (const { method, params } of frames) {
		if (said.method !== undefined && said.method !== method) return contradicts('Mcp-Method', '`method`');
		if (said.name === undefined) continue;
		const name = text(member(params, 'name')) ?? text(member(params, 'uri'));
		if (decoded(said.name) !== name) return contradicts('Mcp-Name', '`params.name` or `params.uri`');
	}
	return undefined;
}

function contradicts(header: string, what: string): Refusal {
	return {
		code: 'ERR_HEADER_CONTRADICTS',
		message: `the header \`${header}\` says something else than ${what} in the body`,
	};
}

/** Values that a header cannot carry are spelled `=?base64?…?=`. */
function decoded(value: string): string {
	const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1];
	return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
}
