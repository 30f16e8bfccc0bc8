import type { Call, Params } from '../reference-server/call.ts';
import { failure, metaOf, notification, type Request, type Response, success } from './frames.ts';
import { answerLegacy } from './methods.ts';

/** Where the frames that belong to one request go. */
export interface Way {
	send(frame: object): void;
	closeStream(): void;
}

/** A connection of 2025-11-25 or before: it keeps what was asked of the client. */
export class Session {
	readonly #asked = new Map<number, { resolve(result: Params): void; reject(error: Error): void }>();
	#next = 0;
	#capabilities: Params = {};
	readonly #tell: (frame: object) => void;

	/** @param tell Where goes what belongs to no request. */
	constructor(tell: (frame: object) => void) {
		this.#tell = tell;
	}

	/** A request of the client; what it answers goes `way` too. */
	async request(request: Request, way: Way): Promise<void> {
		if (request.method === 'initialize') this.#capabilities = (request.params?.['capabilities'] ?? {}) as Params;
		try {
			way.send(success(request.id!, await answerLegacy(request, this.#call(request, way))));
		} catch (error) {
			way.send(failure(request.id!, error));
		}
	}

	/** An answer of the client. */
	answer({ id, result, error }: Response): void {
		const asked = this.#asked.get(Number(id));
		this.#asked.delete(Number(id));
		if (error === undefined) asked?.resolve(result ?? {});
		else asked?.reject(new Error(error.message));
	}

	#call(request: Request, way: Way): Call {
		return {
			progressToken: metaOf(request)['progressToken'] as string | number | undefined,
			logLevel: undefined,
			capabilities: this.#capabilities,
			answers: undefined,
			state: undefined,
			notify: async (method, params) => way.send(notification(method, params)),
			ask: (method, params) =>
				new Promise((resolve, reject) => {
					const id = this.#next++;
					this.#asked.set(id, { resolve, reject });
					way.send({ jsonrpc: '2.0', id, method, params });
				}),
			closeStream: () => way.closeStream(),
			changed: (list) => this.#tell(notification(`notifications/${list}/list_changed`, {})),
		};
	}
}
