import type { IncomingMessage } from 'node:http';
import type { Rejection } from '../types.ts';

/**
 * Reads a request body, white space and all, up to `limit` bytes. Resolves with a `Rejection` when it is larger
 * (without reading on) and with undefined when the client breaks off.
 */
export function readBody(req: IncomingMessage, limit: number): Promise<Buffer | Rejection | undefined> {
	const announced = req.headers['content-length'];
	if (announced !== undefined && Number(announced) > limit) return Promise.resolve(tooLarge(limit));
	return new Promise((resolve) => {
		let first: Buffer | undefined;
		let rest: Buffer[] | undefined;
		let size = 0;
		let done = false;
		const settle = (outcome: Buffer | Rejection | undefined) => {
			if (done) return;
			done = true;
			resolve(outcome);
		};
		req.on('data', (chunk: Buffer) => {
			if (done) return;
			size += chunk.length;
			if (size > limit) {
				rest = undefined;
				req.pause();
				settle(tooLarge(limit));
			} else if (first === undefined) first = chunk;
			else if (rest === undefined) rest = [first, chunk];
			else rest.push(chunk);
		});
		req.on('end', () => settle(rest === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(rest, size)));
		req.on('close', () => settle(undefined));
		req.on('error', () => settle(undefined));
	});
}

function tooLarge(limit: number): Rejection {
	return {
		status: 413,
		code: 'ERR_FRAME_TOO_LARGE',
		message: `the body is larger than ${limit} bytes (\`limits.frame\`)`,
	};
}
