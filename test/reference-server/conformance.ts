import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checks of each scenario, as `passed/failed`, and in all. */
export interface Conformance {
	readonly scenarios: Readonly<Record<string, string>>;
	/** Every check of each scenario in its order, as `id STATUS`. */
	readonly checks: Readonly<Record<string, readonly string[]>>;
	readonly passed: number;
	readonly failed: number;
	/** The tail of what the suite printed, for a person. */
	readonly output: string;
}

const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));

/** Runs the whole server suite of `@modelcontextprotocol/conformance` against an MCP endpoint. */
export async function conformance(url: string): Promise<Conformance> {
	const results = await mkdtemp(join(tmpdir(), 'conformance-'));
	const child = spawn(process.execPath, [suite, 'server', '--url', url, '--suite', 'all', '-o', results], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	await new Promise((resolve) => child.once('close', resolve));
	const summary = output.slice(output.indexOf('=== SUMMARY ==='));
	const scenarios: Record<string, string> = {};
	for (const [, name, passed, failed] of summary.matchAll(/^\S ([a-z0-9-]+): (\d+) passed, (\d+) failed/gm))
		scenarios[name!] = `${passed}/${failed}`;
	const total = /^Total: (\d+) passed, (\d+) failed/m.exec(summary);
	const checks = await checksIn(results);
	await rm(results, { recursive: true });
	return {
		scenarios,
		checks,
		passed: Number(total?.[1] ?? 0),
		failed: Number(total?.[2] ?? Number.NaN),
		output: summary,
	};
}

/** A folder a scenario: `server-<scenario>-<time>/checks.json`. */
async function checksIn(results: string): Promise<Record<string, string[]>> {
	const all: Record<string, string[]> = {};
	for (const folder of (await readdir(results)).sort()) {
		const name = /^server-(.+)-\d{4}-\d\d-\d\dT[\dZ-]+$/.exec(folder)?.[1];
		if (name === undefined) throw new Error(`not the folder of a scenario: ${folder}`);
		const checks = JSON.parse(await readFile(join(results, folder, 'checks.json'), 'utf8'));
		all[name] = checks.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`);
	}
	return all;
}
