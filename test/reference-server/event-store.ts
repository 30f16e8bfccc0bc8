import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Events kept in memory, so that a client can come back with `Last-Event-ID`. */
export class MemoryEventStore implements EventStore {
	readonly #events: { readonly stream: string; readonly message: JSONRPCMessage }[] = [];

	async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
		this.#events.push({ stream, message });
		return String(this.#events.length);
	}

	async getStreamIdForEventId(id: string): Promise<string | undefined> {
		return this.#events[Number(id) - 1]?.stream;
	}

	async replayEventsAfter(
		last: string,
		{ send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
	): Promise<string> {
		const stream = this.#events[Number(last) - 1]?.stream;
		if (stream === undefined) throw new Error(`no event ${last}`);
		for (const [index, event] of this.#events.entries()) {
			const later = index >= Number(last) && event.stream === stream;
			// A priming event is an empty message: there is nothing in it to replay.
			if (later && Object.keys(event.message).length > 0) await send(String(index + 1), event.message);
		}
		return stream;
	}
}
