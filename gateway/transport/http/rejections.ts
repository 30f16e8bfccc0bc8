import { REVISIONS } from '../../revisions.ts';
import type { Rejection } from '../types.ts';

/** No such path. */
export const unknownPath: Rejection = {
	status: 404,
	code: 'ERR_PATH_UNKNOWN',
	message: 'there is nothing at this path; MCP servers are at `/mcp/<server>`, `/sse/<server>` and `/ws/<server>`',
};
/** `MCP-Protocol-Version` unknown (MCP 2025-11-25: MUST be 400). */
export const unknownVersion: Rejection = {
	status: 400,
	code: 'ERR_PROTOCOL_VERSION',
	message: `the MCP-Protocol-Version header names a revision that is not spoken here; these are: ${REVISIONS.join(', ')}`,
};
/** From 2026-07-28 on there is nothing but POST ("Earlier Streamable HTTP Revisions"). */
export const postOnly: Rejection = {
	status: 405,
	code: 'ERR_HTTP_METHOD',
	message: 'in this revision an MCP endpoint takes POST alone',
	headers: { allow: 'POST' },
};
/** 405 with `Allow` (RFC 9110 §15.5.6). */
export const wrongMethod: Rejection = {
	status: 405,
	code: 'ERR_HTTP_METHOD',
	message: 'an MCP endpoint takes POST, GET and DELETE',
	headers: { allow: 'POST, GET, DELETE' },
};
/** A body a page could send without a preflight must never reach a tool. */
export const wrongMediaType: Rejection = {
	status: 415,
	code: 'ERR_MEDIA_TYPE',
	message: 'the Content-Type of a POST must be `application/json` in UTF-8',
};
/** Content codings hide bytes from the judgement (contract §1). */
export const encoded: Rejection = {
	status: 415,
	code: 'ERR_CONTENT_ENCODING',
	message: 'an encoded body is not read; send it without Content-Encoding',
	headers: { 'accept-encoding': 'identity' },
};
/** POST: the answer may be either (MCP 2025-11-25, "Sending Messages to the Server"). */
export const notAcceptable: Rejection = {
	status: 406,
	code: 'ERR_NOT_ACCEPTABLE',
	message: 'the Accept header of a POST must list `application/json` and `text/event-stream`',
};
/** GET: the answer can only be a stream. */
export const noStreamAccepted: Rejection = {
	status: 406,
	code: 'ERR_NOT_ACCEPTABLE',
	message: 'the Accept header of a GET must list `text/event-stream`',
};
/** What no event of ours could have had goes on to no server (contract §6). */
export const wrongEventId: Rejection = {
	status: 400,
	code: 'ERR_EVENT_ID',
	message: 'Last-Event-ID is the `id` of an event: 1 to 256 visible ASCII characters',
};
/** A bug of ours. */
export const internal: Rejection = {
	status: 500,
	code: 'ERR_INTERNAL',
	message: 'the gateway failed on this request; nothing is said of its effects',
};
