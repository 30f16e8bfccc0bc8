import { envelopeOf } from '../engine/frame/era.ts';
import type { Frame } from '../engine/frame/frame.ts';
import { type JsonNode, member } from '../engine/frame/json.ts';
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts';
import { nameOf } from './mirrored-headers.ts';
import { type Declared, plain, valueAt, values } from './param-headers.ts';

/**
 * The headers that an HTTP server from 2026-07-28 on wants with a frame, made from what it is delivered: so they say
 * what the body says, also where policy masked it. `received`: the frame as the client sent it. `said`: the client's own
 * `Mcp-Param-*`, if it came by HTTP; those that no list declared cross as they are, unless they repeat what was masked.
 */
export function madeHeaders(
	delivered: Frame,
	received: Frame,
	declared: Declared,
	said: ReadonlyMap<string, string> = new Map(),
): Record<string, string> {
	const headers: Record<string, string> = {};
	const { method, params } = delivered;
	const protocol = envelopeOf(delivered)?.protocol;
	if (protocol !== undefined) headers['mcp-protocol-version'] = protocol;
	if (method !== undefined) headers['mcp-method'] = encodeHeaderValue(method);
	const name = nameOf(method, params);
	if (name !== undefined) headers['mcp-name'] = encodeHeaderValue(name);
	const known = (method === 'tools/call' && name !== undefined && declared(name)) || [];
	for (const { header, path } of known) {
		const value = valueAt(member(params, 'arguments'), path);
		if (value !== undefined) headers[header] = encodeHeaderValue(value);
	}
	if (said.size === 0) return headers;
	const masked = delivered === received ? [] : changed(received.params, delivered.params);
	const shown = masked.length === 0 ? new Set<string>() : new Set(values(params));
	for (const [header, value] of said) {
		if (known.some((one) => one.header === header)) continue;
		const copy = crossing(value, masked, shown);
		if (copy !== undefined) headers[header] = copy;
	}
	return headers;
}

/** A value of the params that is delivered as another one, or not at all. */
interface Masked {
	readonly was: string;
	readonly is: string | undefined;
}

/** The header as it may go on (`shown`: values that the server sees anyway); undefined: it has something of a masked value in it that cannot be told apart. */
function crossing(header: string, masked: readonly Masked[], shown: ReadonlySet<string>): string | undefined {
	if (masked.length === 0) return header;
	const value = decodeHeaderValue(header);
	if (value === undefined) return undefined;
	const own = masked.find(({ was }) => was === value);
	if (own !== undefined) return own.is === undefined ? undefined : encodeHeaderValue(own.is);
	if (shown.has(value)) return header;
	return masked.some(({ was }) => was.includes(value) || value.includes(was)) ? undefined : header;
}

/** The values below `was` that are others, or none, below `is`. */
function changed(was: JsonNode | undefined, is: JsonNode | undefined): Masked[] {
	if (was === undefined) return [];
	if (was.type === 'object') return was.members.flatMap(({ key, value }) => changed(value, member(is, key)));
	if (was.type === 'array') {
		// Items may have been removed: then which is which is not known, and every value counts.
		const items = is?.type === 'array' && is.items.length === was.items.length ? is.items : [];
		return was.items.flatMap((item, i) => changed(item, items[i]));
	}
	const [before, after] = [plain(was), plain(is)];
	return before === undefined || before === '' || before === after ? [] : [{ was: before, is: after }];
}
