import { createHash } from 'node:crypto';
import { BOUNDS } from './bounds.ts';

/** A request that a server put into a result or a task (`inputRequests`), and what its answer will be found by. */
export interface AskedRequest {
	readonly asker: Asker;
	/** The key that the server gave it. */
	readonly key: string;
	readonly method: string;
	/** As policy saw them. */
	readonly params?: Buffer;
}

/** What it was that wants an answer: a task, or a request that is to be repeated. */
export type Asker =
	| { readonly task: string }
	| {
			readonly method: string;
			/** The tool, prompt or resource that it names. */
			readonly name?: string;
			/** `requestState`, which the repeated request brings back. */
			readonly state?: string;
	  };

/** As it stands in a snapshot: where it was put, its method, its params. */
export type AskedSnapshot = readonly (readonly [string, string, string?])[];

/**
 * What servers have asked for inside results: an answer inside a later request does not say what it answers (MCP
 * 2026-07-28, multi round-trip requests). It may come more than once. The oldest are forgotten when there are too many;
 * what answers a forgotten one is judged as an answer to any of them.
 */
export class Asked {
	readonly #asked = new Map<string, { readonly method: string; readonly params: Buffer | undefined }>();
	#bytes = 0;

	ask({ asker, key, method, params }: AskedRequest): void {
		this.#put(placeOf(asker, key), method, params === undefined ? undefined : Buffer.from(params));
	}

	find(asker: Asker, key: string): { readonly method: string; readonly params: Buffer | undefined } | undefined {
		return this.#asked.get(placeOf(asker, key));
	}

	snapshot(): AskedSnapshot {
		return [...this.#asked].map(([place, { method, params }]) =>
			params === undefined ? [place, method] : [place, method, params.toString('utf8')],
		);
	}

	static from(snapshot: AskedSnapshot): Asked {
		const asked = new Asked();
		for (const [place, method, params] of snapshot)
			asked.#put(place, method, params == null ? undefined : Buffer.from(params, 'utf8'));
		return asked;
	}

	#put(place: string, method: string, params: Buffer | undefined): void {
		this.#drop(place);
		this.#asked.set(place, { method, params });
		this.#bytes += method.length + (params?.length ?? 0);
		while (this.#asked.size > BOUNDS.asked || (this.#bytes > BOUNDS.askedBytes && this.#asked.size > 1))
			this.#drop(this.#asked.keys().next().value!);
	}

	#drop(place: string): void {
		const known = this.#asked.get(place);
		if (known === undefined) return;
		this.#asked.delete(place);
		this.#bytes -= known.method.length + (known.params?.length ?? 0);
	}
}

/** Of one length, whatever a server uses as its state. */
function placeOf(asker: Asker, key: string): string {
	const parts = 'task' in asker ? ['task', asker.task, key] : [asker.method, asker.name, asker.state, key];
	return createHash('sha256')
		.update(JSON.stringify(parts.map((part) => part ?? null)))
		.digest('base64url');
}
