import type { Writable } from 'node:stream';
import { SluiceError } from '../../../engine/error.ts';
import { hasLineBreak } from '../line-splitter.ts';

const newline = Buffer.from('\n');

/**
 * Writes one frame as a line; resolves when the pipe has taken it.
 * @throws SluiceError ERR_FRAME_LINE_BREAK: a frame that is judged as one must not arrive as two
 */
export function writeLine(pipe: Writable, bytes: Buffer): Promise<void> {
	if (hasLineBreak(bytes))
		return Promise.reject(
			new SluiceError('ERR_FRAME_LINE_BREAK', 'a message with a raw line break cannot go over a pipe', {
				help: 'line breaks between tokens must be spaces before they get here',
			}),
		);
	return new Promise((resolve, reject) => {
		pipe.cork();
		pipe.write(bytes);
		pipe.write(newline, (error) => (error ? reject(error) : resolve()));
		pipe.uncork();
	});
}
