import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Service, serve } from './child.ts';

const root = join(import.meta.dirname, '..');
const TMPFS = 0x01021994;

/** Settings of the starter policy that a load test would run into; everything else stays as it is delivered. */
export const BUDGETS = {
	settings: { 'budget/calls': { per_session: 1e12, per_minute: 1e12, per_minute_everywhere: 1e12 } },
};

/** A gateway of this repository, all controls on, and how to reach it. */
export interface Gateway {
	readonly service: Service;
	readonly url: string;
	readonly token: string;
	/** Removes its folder. Stop the service first. */
	remove(): void;
}

/** A folder on the disk the repository lies on, so that "durable" means what it says. Refuses a memory file system. */
export function workFolder(): string {
	const parent = join(root, '.sluice');
	mkdirSync(parent, { recursive: true });
	if (statfsSync(parent).type === TMPFS)
		throw new Error('the repository lies on tmpfs: a durable append cannot be measured there');
	return mkdtempSync(join(parent, 'bench-'));
}

/** Limits that a load test would run into. */
const WIDE = { sessionsPerPrincipal: 10_000, inFlight: 10_000 };

/** The configuration as an operator would write it, in front of the upstream at `port`. JSON is YAML. */
function config(port: number, limits: object): object {
	return {
		listen: '127.0.0.1:0',
		admin: '127.0.0.1:0',
		dataDir: './data',
		servers: { echo: { http: { url: `http://127.0.0.1:${port}/mcp` } } },
		policy: { path: join(root, 'policies'), data: ['./budgets.json'] },
		limits,
		recording: { mode: 'strict' },
		masking: { detectors: ['secrets', 'pii'] },
		log: { level: 'warn' },
	};
}

/** Starts `sluice run` with the starter policy, masking, tokens and strict recording in front of the upstream at `port`. */
export async function startSluice(
	port: number,
	how: { readonly limits?: object; readonly env?: (folder: string) => Readonly<Record<string, string>> } = {},
): Promise<Gateway> {
	const folder = workFolder();
	const file = join(folder, 'sluice.yaml');
	const remove = (): void => rmSync(folder, { recursive: true, force: true });
	try {
		writeFileSync(file, JSON.stringify(config(port, how.limits ?? WIDE), null, 2));
		writeFileSync(join(folder, 'budgets.json'), JSON.stringify(BUDGETS));
		const made = await run(
			'cli/main.ts',
			['token', 'create', '--as', 'bench', '--role', 'agent', '--config', file],
			120_000,
		);
		const service = await serve(
			'cli/main.ts',
			['run', '--config', file],
			/^sluice listening mcp=/,
			300_000,
			how.env?.(folder),
		);
		const base = /\bmcp=(\S+)/.exec(service.line)?.[1] ?? '';
		return { service, url: `${base.replace(/\/(mcp\/?)?$/, '')}/mcp/echo`, token: made.trim(), remove };
	} catch (error) {
		remove();
		throw error;
	}
}
