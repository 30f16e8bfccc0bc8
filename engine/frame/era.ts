import type { Frame } from './frame.ts';
import { type JsonNode, member, text } from './json.ts';
import { RESERVED_META } from './members.ts';

/** `_meta` of a request or notification from 2026-07-28 on: what it says of itself, each time anew. */
export interface Envelope {
	/** `io.modelcontextprotocol/protocolVersion` */
	readonly protocol: string;
	/** `io.modelcontextprotocol/clientInfo`: self-reported, never a reason to allow. */
	readonly clientInfo?: JsonNode;
	/** `io.modelcontextprotocol/clientCapabilities`; a request that lacks it is not proper. */
	readonly capabilities?: JsonNode;
}

/**
 * The envelope of a frame, if it has one: then it is judged, forwarded and answered as the sessionless revisions
 * have it (MCP 2026-07-28, basic, `_meta`). Decided for each frame by itself, whatever came before on its wire.
 */
export function envelopeOf(frame: Frame): Envelope | undefined {
	const meta = member(frame.params, '_meta');
	const protocol = text(member(meta, `${RESERVED_META}protocolVersion`));
	if (protocol === undefined) return undefined;
	const clientInfo = member(meta, `${RESERVED_META}clientInfo`);
	const capabilities = member(meta, `${RESERVED_META}clientCapabilities`);
	return { protocol, ...(clientInfo && { clientInfo }), ...(capabilities && { capabilities }) };
}

/** What a sender says of itself (`clientInfo`, here or in `initialize`), as policy sees it: no lone surrogates. */
export function identityIn(
	info: JsonNode | undefined,
): { readonly name: string; readonly version: string } | undefined {
	const name = text(member(info, 'name'));
	if (name === undefined) return undefined;
	return { name: name.toWellFormed(), version: (text(member(info, 'version')) ?? '').toWellFormed() };
}
