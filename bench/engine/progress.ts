import type { WriteStream } from 'node:tty';

/** One line that says what is being done, on a terminal; nothing anywhere else. */
export interface Progress {
	show(text: string): void;
	clear(): void;
}

export function progressOn(stream: Pick<WriteStream, 'isTTY' | 'columns' | 'write'>): Progress {
	const line = (text: string) => {
		if (stream.isTTY) stream.write(`\r\x1b[2K${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
	};
	return { show: line, clear: () => line('') };
}
