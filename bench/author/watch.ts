import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** From a save to what `sluice test --watch` says of it, ms. */
export interface Saved {
	/** Tests beside the changed file. */
	readonly beside: number;
	/** All tests. */
	readonly all: number;
}

/** Saves a file of a policy so often, one after the other, and waits for both answers. */
export async function watched(folder: string, file: string, saves: number): Promise<readonly Saved[]> {
	const child = spawn(process.execPath, [MAIN, 'test', 'policy', '--watch'], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let said = '';
	let heard = () => {};
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
		said += chunk;
		heard();
	});
	// asked for once, before anything can end: one that has ended is noticed whenever it is waited for
	const ended = new Promise<string>((resolve) => {
		child.once('error', ({ message }) => resolve(message));
		child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
	});
	const hear = async (pattern: RegExp): Promise<number> => {
		const found = new Promise<number>((resolve) => {
			heard = () => {
				if (pattern.test(said)) resolve(performance.now());
			};
			heard();
		});
		const end = ended.then((how) => {
			throw new Error(`\`--watch\` ended (${how}), having said:\n${said}`);
		});
		return Promise.race([found, end]);
	};
	const times: Saved[] = [];
	try {
		await hear(/^watching: /m);
		for (let i = 0; i < saves; i++) {
			said = '';
			const start = performance.now();
			appendFileSync(file, `\n_saved_${i} := ${i}\n`);
			const beside = (await hear(/^beside the change: /m)) - start;
			times.push({ beside, all: (await hear(/^watching: /m)) - start });
		}
		return times;
	} finally {
		child.kill('SIGINT');
		await ended;
	}
}
