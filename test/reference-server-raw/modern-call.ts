import { type Call, type Params, Refusal } from '../reference-server/call.ts';
import { legacyRevisions, metaOf, modernRevision, notification, type Request, reserved } from './frames.ts';
import type { Listeners } from './listeners.ts';

/** The call that a request of 2026-07-28 is. `send` takes what goes before the answer. */
export function modernCall(request: Request, send: (frame: Request) => void, listeners: Listeners): Call {
	const meta = metaOf(request);
	const { inputResponses, requestState } = request.params as Params;
	return {
		progressToken: meta['progressToken'] as string | number | undefined,
		logLevel: meta[reserved('logLevel')] as string | undefined,
		capabilities: meta[reserved('clientCapabilities')] as Params,
		answers: (inputResponses ?? undefined) as Params | undefined,
		state: requestState as string | undefined,
		notify: async (method, params) => send(notification(method, params)),
		async ask(method) {
			throw new Refusal(-32603, `2026-07-28 has no \`${method}\` from a server`);
		},
		closeStream() {},
		changed: (list) => listeners.changed(list),
	};
}

/** Refuses an envelope that lacks a member (-32602) or names a revision that is not spoken here (-32022). */
export function checkEnvelope(request: Request): void {
	const meta = metaOf(request);
	for (const name of ['protocolVersion', 'clientCapabilities'])
		if (!(reserved(name) in meta)) throw new Refusal(-32602, `_meta lacks \`${reserved(name)}\``);
	const requested = meta[reserved('protocolVersion')];
	if (requested === modernRevision) return;
	const known = legacyRevisions.includes(requested as string) ? 'with `initialize`' : 'here';
	throw new Refusal(-32022, `\`${requested}\` is not spoken ${known}`, { supported: [modernRevision], requested });
}
