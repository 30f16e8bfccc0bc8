import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { failure, isModern, isRequest, parse, type Request, success } from './frames.ts';
import { Listeners } from './listeners.ts';
import { answerModern } from './methods.ts';
import { checkEnvelope, modernCall } from './modern-call.ts';
import { Session } from './session.ts';
import { Tasks } from './tasks.ts';

/** Serves one client on a pipe, the era of each frame its own. Resolves when the client has left. */
export async function serveRawStdio(input: Readable, output: Writable): Promise<void> {
	const send = (frame: object) => void output.write(`${JSON.stringify(frame)}\n`);
	const session = new Session(send);
	const tasks = new Tasks();
	const listeners = new Listeners();
	const open = new Map<unknown, AbortController>();

	async function modern(request: Request & { id: string | number }): Promise<void> {
		const gone = new AbortController();
		open.set(request.id, gone);
		try {
			checkEnvelope(request);
			const result =
				request.method === 'subscriptions/listen'
					? await listeners.listen(request, send, gone.signal)
					: await answerModern(request, modernCall(request, send, listeners), tasks);
			if (!gone.signal.aborted) send(success(request.id, result));
		} catch (error) {
			send(failure(request.id, error));
		}
		open.delete(request.id);
	}

	for await (const line of createInterface({ input })) {
		const frame = parse(line);
		if (frame === undefined) continue;
		if (!isRequest(frame)) session.answer(frame);
		else if (frame.method === 'notifications/cancelled') open.get(frame.params?.['requestId'])?.abort();
		else if (frame.id === undefined) continue;
		else if (isModern(frame)) void modern(frame as Request & { id: string });
		else void session.request(frame, { send, closeStream() {} });
	}
}
