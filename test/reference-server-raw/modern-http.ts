import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../reference-server/call.ts';
import { regionSchema } from '../reference-server/schemas.ts';
import { failure, type Request, success } from './frames.ts';
import type { Listeners } from './listeners.ts';
import { answerModern } from './methods.ts';
import { checkHeaders } from './mirrored.ts';
import { checkEnvelope, modernCall } from './modern-call.ts';
import type { Tasks } from './tasks.ts';

/** What all requests of a server share. */
export interface Shared {
	readonly tasks: Tasks;
	readonly listeners: Listeners;
}

/** One request of 2026-07-28: a JSON body, or an event stream if something goes before the answer. */
export async function serveModern(shared: Shared, request: Request, req: IncomingMessage, res: ServerResponse) {
	const { id, method } = request;
	if (id === undefined) return void res.writeHead(202).end();
	const gone = new AbortController();
	res.once('close', () => gone.abort());
	const send = (frame: object) => {
		if (!res.headersSent) res.writeHead(200, { 'content-type': 'text/event-stream' });
		res.write(`data: ${JSON.stringify(frame)}\n\n`);
	};
	try {
		checkHeaders(request, req.headers, request.params?.['name'] === 'test_region' ? regionSchema : undefined);
		checkEnvelope(request);
		if (method === 'subscriptions/listen') return void (await shared.listeners.listen(request, send, gone.signal));
		const result = await answerModern(request, modernCall(request, send, shared.listeners), shared.tasks);
		finish(res, 200, success(id, result));
	} catch (error) {
		finish(res, statusOf(error), failure(id, error));
	}
}

/** What the revision wants for each error. */
function statusOf(error: unknown): number {
	if (!(error instanceof Refusal)) return 500;
	if (error.code === -32601) return 404;
	const lacking = error.code === -32602 && error.message.startsWith('_meta');
	return lacking || (error.code <= -32020 && error.code >= -32022) ? 400 : 200;
}

function finish(res: ServerResponse, status: number, frame: object): void {
	if (res.headersSent) return void res.end(`data: ${JSON.stringify(frame)}\n\n`);
	res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(frame));
}
