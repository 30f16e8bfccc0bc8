import type { ServerContext } from '@modelcontextprotocol/server';
import type { Call, Params } from '../reference-server/call.ts';
import type { Changed } from './server.ts';

/** A call on SDK 2, of either era. */
export function callOf({ mcpReq, http }: ServerContext, changed: Changed): Call {
	const envelope = mcpReq.envelope as Params | undefined;
	return {
		progressToken: mcpReq._meta?.progressToken,
		logLevel: envelope?.['io.modelcontextprotocol/logLevel'] as string | undefined,
		capabilities: (envelope?.['io.modelcontextprotocol/clientCapabilities'] ?? {}) as Params,
		answers: mcpReq.inputResponses,
		state: mcpReq.requestState(),
		notify: (method, params) => mcpReq.notify({ method, params } as Parameters<typeof mcpReq.notify>[0]),
		ask: (method, params) => mcpReq.send({ method, params } as never) as Promise<Params>,
		closeStream: () => http?.closeSSE?.(),
		changed,
	};
}
