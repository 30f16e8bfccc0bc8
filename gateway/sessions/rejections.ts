import type { Rejection } from '../transport/types.ts';

export const NO_SESSION: Rejection = {
	status: 400,
	code: 'ERR_SESSION_MISSING',
	message: 'send `initialize` first, and its `Mcp-Session-Id` with everything that follows',
};

export const DRAINING: Rejection = { status: 503, code: 'ERR_DRAINING', message: 'the gateway is stopping' };

export const UNKNOWN_SESSION: Rejection = {
	status: 404,
	code: 'ERR_SESSION_UNKNOWN',
	message: 'no such session: start anew with `initialize`',
};

export const UNRECORDED: Rejection = {
	status: 503,
	code: 'ERR_RECORD_FAILED',
	message: 'this gateway cannot record at the moment, and without a record nothing goes on',
};
