import type { Params } from '../reference-server/call.ts';
import { notification, type Request, reserved } from './frames.ts';

/** `subscriptions/listen` (2026-07-28): who wants to hear of what. */
export class Listeners {
	readonly #open = new Set<{ readonly wants: Params; tell(method: string): void }>();

	/** Acknowledges first, then tells what was asked for, until `gone`. */
	listen({ id, params }: Request, send: (frame: Request) => void, gone: AbortSignal): Promise<Params> {
		const wants = (params?.['notifications'] ?? {}) as Params;
		const _meta = { [reserved('subscriptionId')]: id };
		const listener = { wants, tell: (method: string) => send(notification(method, { _meta })) };
		send(notification('notifications/subscriptions/acknowledged', { _meta, notifications: wants }));
		this.#open.add(listener);
		return new Promise((resolve) => {
			gone.addEventListener('abort', () => {
				this.#open.delete(listener);
				resolve({});
			});
		});
	}

	/** A list is another one now. */
	changed(list: 'tools' | 'prompts'): void {
		for (const { wants, tell } of this.#open)
			if (wants[`${list}ListChanged`] === true) tell(`notifications/${list}/list_changed`);
	}
}
