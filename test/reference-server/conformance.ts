import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The checks of each scenario, as `passed/failed`, and in all. */
export interface Conformance {
	readonly scenarios: Readonly<Record<string, string>>;
	readonly passed: number;
	readonly failed: number;
	/** The tail of what the suite printed, for a person. */
	readonly output: string;
}

const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));

/** Runs the whole server suite of `@modelcontextprotocol/conformance` against an MCP endpoint. */
export async function conformance(url: string): Promise<Conformance> {
	const child = spawn(process.execPath, [suite, 'server', '--url', url, '--suite', 'all'], {
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
	return {
		scenarios,
		passed: Number(total?.[1] ?? 0),
		failed: Number(total?.[2] ?? Number.NaN),
		output: summary,
	};
}
