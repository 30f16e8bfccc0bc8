import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { ResultSchema, type ServerNotification, type ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import type { Call } from './call.ts';

/** A call on SDK 1: it knows no revision after 2025-11-25. */
export function callOf(server: Server, extra: RequestHandlerExtra<ServerRequest, ServerNotification>): Call {
	return {
		progressToken: extra._meta?.progressToken,
		logLevel: undefined,
		capabilities: server.getClientCapabilities() ?? {},
		answers: undefined,
		state: undefined,
		notify: (method, params) => extra.sendNotification({ method, params } as ServerNotification),
		ask: (method, params) => extra.sendRequest({ method, params } as unknown as ServerRequest, ResultSchema),
		closeStream: () => extra.closeSSEStream?.(),
		changed: (list) => void (list === 'tools' ? server.sendToolListChanged() : server.sendPromptListChanged()),
	};
}
