import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is run: a revision's own requirements, as they were frozen with it, or everything. */
export type Suite = '2025-11-25' | '2026-07-28' | 'all';

/** Every check of each scenario in its order, as `id STATUS`. */
export type Checks = Readonly<Record<string, readonly string[]>>;

/** What the newer referee said. */
export interface Verdicts {
	readonly checks: Checks;
	readonly passed: number;
	readonly failed: number;
	/** The tail of what it printed, with the message of each check that failed, for a person. */
	readonly output: string;
}

const cli = fileURLToPath(import.meta.resolve('conformance-next/dist/index.js'));

/** Its mock servers name no address. */
const loopback = fileURLToPath(new URL('loopback.cjs', import.meta.url));

/** What the referee writes down as it goes, in the order of the wire's chance; no checks. */
const notes = new Set(['outgoing-request', 'incoming-response', 'incoming-sse-event', 'stream-closed']);

/** Runs conformance 0.2.0-alpha.12 against an MCP endpoint. */
export function referee(url: string, suite: Suite): Promise<Verdicts> {
	return run(['server', '--url', url, ...(suite === 'all' ? ['--suite', 'all'] : ['--requirements', suite])]);
}

/** Runs one of its scenarios for clients, at the revision that brought it. `command` gets the server's URL as its last argument. */
export function refereeOnClient(scenario: string, command: string): Promise<Verdicts & { readonly well: boolean }> {
	return run(['client', '--command', command, '--scenario', scenario]);
}

/** Runs the referee with `args` and reads what it left in its folder, one for each scenario. */
async function run(args: readonly string[]): Promise<Verdicts & { readonly well: boolean }> {
	const results = await mkdtemp(join(tmpdir(), 'conformance-'));
	const child = spawn(process.execPath, ['--require', loopback, cli, ...args, '-o', results], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
		});
	const code = await new Promise((resolve) => child.once('close', resolve));
	const checks: Record<string, string[]> = {};
	const failures: string[] = [];
	for (const folder of (await readdir(results, { recursive: true })).sort()) {
		const name = /^(?:server-)?(.+)-\d{4}-\d\d-\d\dT[\dZ-]+$/.exec(folder)?.[1];
		if (name === undefined) continue;
		// A scenario that broke down leaves an empty folder.
		const text = await readFile(join(results, folder, 'checks.json'), 'utf8').catch(
			() => '[{"id":"ran","status":"FAILURE"}]',
		);
		const found: { id: string; status: string; errorMessage?: string }[] = JSON.parse(text);
		checks[name] = found.filter(({ id }) => !notes.has(id)).map(({ id, status }) => `${id} ${status}`);
		for (const { id, status, errorMessage } of found)
			if (status === 'FAILURE' || status === 'WARNING') failures.push(`${name}: ${id} ${status} ${errorMessage}`);
	}
	await rm(results, { recursive: true });
	const all = Object.values(checks).flat();
	const summary = output.indexOf('=== SUMMARY ===');
	return {
		well: code === 0 && all.length > 0,
		checks,
		passed: all.filter((check) => check.endsWith(' SUCCESS')).length,
		failed: all.filter((check) => check.endsWith(' FAILURE')).length,
		output: [output.slice(Math.max(0, summary)), ...failures].join('\n'),
	};
}
