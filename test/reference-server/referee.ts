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

/** What the referee writes down as it goes, in the order of the wire's chance; no checks. */
const notes = new Set(['outgoing-request', 'incoming-response', 'incoming-sse-event', 'stream-closed']);

/** Runs conformance 0.2.0-alpha.12 against an MCP endpoint. */
export function referee(url: string, suite: Suite): Promise<Verdicts> {
	return run(
		['server', '--url', url, ...(suite === 'all' ? ['--suite', 'all'] : ['--requirements', suite])],
		'server-',
	);
}

/** Runs the referee with `args` and reads what it left in its folder. */
async function run(args: readonly string[], prefix: string): Promise<Verdicts> {
	const results = await mkdtemp(join(tmpdir(), 'conformance-'));
	const child = spawn(process.execPath, [cli, ...args, '-o', results], { stdio: ['ignore', 'pipe', 'inherit'] });
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	await new Promise((resolve) => child.once('close', resolve));
	const checks: Record<string, string[]> = {};
	const failures: string[] = [];
	for (const folder of (await readdir(results)).sort()) {
		const name = /^(.+)-\d{4}-\d\d-\d\dT[\dZ-]+$/.exec(folder)?.[1]?.slice(prefix.length);
		if (name === undefined) throw new Error(`not the folder of a scenario: ${folder}`);
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
	return {
		checks,
		passed: all.filter((check) => check.endsWith(' SUCCESS')).length,
		failed: all.filter((check) => check.endsWith(' FAILURE')).length,
		output: [output.slice(output.indexOf('=== SUMMARY ===')), ...failures].join('\n'),
	};
}
