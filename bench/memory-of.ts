import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Bytes in use by another process after garbage collection, and how many files it has open. */
export interface InUse {
	/** All resident pages, mapped files among them. */
	readonly rss: number;
	/** Without mapped files: the store's pages are the system's to drop. */
	readonly anonymous: number;
	readonly heap: number;
	readonly files: number;
}

/** Environment of a process that can be asked at the Unix socket `path`. */
export function askable(path: string): Record<string, string> {
	const hook = pathToFileURL(join(import.meta.dirname, 'collect.ts')).href;
	return { NODE_OPTIONS: `--import=${hook}`, SLUICE_BENCH_MEMORY: path };
}

/** Asks it. */
export function memoryOf(path: string): Promise<InUse> {
	return new Promise((resolve, reject) => {
		let text = '';
		connect(path)
			.setEncoding('utf8')
			.on('data', (chunk: string) => {
				text += chunk;
			})
			.on('error', reject)
			.on('end', () => resolve(JSON.parse(text) as InUse));
	});
}
