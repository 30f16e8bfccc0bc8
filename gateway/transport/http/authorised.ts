import type { Credentials, OnBehalf } from '../credentials.ts';
import { UpstreamError } from '../errors.ts';
import type { Call, CallEvents, CallRequest } from './call.ts';

type Headers = Readonly<Record<string, string>>;

/** Sends the request with these headers on top; `refused` is called in the place of everything else when the server answers 401. */
export type SendAs = (request: CallRequest, events: CallEvents, refused?: () => void) => Call;

/**
 * A call whose credentials are asked for when it is made, and once more if the server does not take them. Asking may
 * take its time: who gives up meanwhile has sent nothing.
 */
export class AuthorisedCall implements Call {
	readonly started: Promise<number>;
	#call: Call | undefined;
	#aborted: ((status: number) => void) | undefined;
	#over = false;

	constructor(
		credentials: Credentials,
		on: OnBehalf | undefined,
		request: CallRequest,
		events: CallEvents,
		send: SendAs,
	) {
		const gaveUp = new Promise<number>((resolve) => {
			this.#aborted = resolve;
		});
		const attempt = async (again: boolean): Promise<number> => {
			const headers = await credentials.headers(on);
			if (this.#over) return 499;
			const authorised = { ...request, headers: withHeaders(request.headers, headers) };
			return await new Promise<number>((resolve, reject) => {
				const refused = async () => {
					// What is refused a second time is told as any other status.
					if (await credentials.rejected(headers, on)) resolve(await attempt(false));
					else resolve(this.#refused(events));
				};
				this.#call = send(authorised, events, again ? () => void refused().catch(reject) : undefined);
				this.#call.started.then(resolve, reject);
			});
		};
		this.started = Promise.race([attempt(true), gaveUp]);
	}

	abort(): void {
		this.#over = true;
		this.#call?.abort();
		this.#aborted!(499);
	}

	/** No other credentials are to be had: the client hears what it would have heard at once. */
	#refused(events: CallEvents): number {
		const { status, code, message } = credentialsRefused(401);
		if (!this.#over) events.done({ ok: false, status, code, message });
		return status;
	}
}

/** The server does not take what the gateway showed. */
export function credentialsRefused(status: number): UpstreamError {
	return new UpstreamError(
		'ERR_UPSTREAM_STATUS',
		`the server refused the gateway's credentials (HTTP ${status}); see \`headers\` or \`auth\` of this server in the configuration`,
	);
}

function withHeaders(flat: readonly string[], added: Headers): string[] {
	const out: string[] = [];
	for (let i = 0; i < flat.length; i += 2) if (!(flat[i]!.toLowerCase() in added)) out.push(flat[i]!, flat[i + 1]!);
	for (const name in added) out.push(name, added[name]!);
	return out;
}
