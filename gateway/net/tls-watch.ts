import { stat } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import type { TlsConfig } from '../config/tls.ts';

/** Between two looks at the files, ms. */
const EVERY = 10_000;

/** Follows the files of a certificate: who renews it need not restart anything. */
export interface TlsWatch {
	/** Reads them now, whether they changed or not. */
	again(): Promise<void>;
	stop(): void;
}

/**
 * Calls `renew` when a file has changed; what it rejects with goes to `onTrouble`, and it is tried again at the next
 * change. What was in force stays so meanwhile.
 */
export function watchTls(
	config: TlsConfig,
	clock: Clock,
	renew: () => Promise<void>,
	onTrouble: (error: unknown) => void,
): TlsWatch {
	const files = [config.cert, config.key, config.clientCa].flatMap((at) =>
		at !== undefined && 'file' in at ? [at.file] : [],
	);
	let seen: Promise<string> = stateOf(files);
	let timer: (() => void) | undefined;
	const look = async (always: boolean) => {
		const before = await seen;
		seen = stateOf(files);
		if (!always && (await seen) === before) return;
		await renew().catch(onTrouble);
	};
	const schedule = () => {
		timer = clock.after(EVERY, () => void look(false).finally(schedule));
	};
	if (files.length > 0) schedule();
	return { again: () => look(true), stop: () => timer?.() };
}

async function stateOf(files: readonly string[]): Promise<string> {
	const states = files.map((file) =>
		stat(file).then(
			({ mtimeMs, size, ino }) => [mtimeMs, size, ino],
			() => 'none',
		),
	);
	return JSON.stringify(await Promise.all(states));
}
