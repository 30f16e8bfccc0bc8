import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** Where and with what it was measured. */
export interface Machine {
	/** RFC 3339, day only. */
	readonly date: string;
	readonly cpu: string;
	readonly cores: number;
	readonly memoryGiB: number;
	readonly system: string;
	readonly node: string;
	readonly versions: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '..');

function versionOf(path: string): string {
	return (JSON.parse(readFileSync(join(root, path), 'utf8')) as { version: string }).version;
}

/** `packages`: those whose versions matter. */
export function machine(packages: readonly string[]): Machine {
	const all = cpus();
	return {
		date: new Date().toISOString().slice(0, 10),
		cpu: (all[0]?.model ?? 'unknown').trim(),
		cores: all.length,
		memoryGiB: Math.round(totalmem() / 2 ** 30),
		system: `${type()} ${release().split('-')[0]}`,
		node: process.version,
		versions: {
			sluice: versionOf('package.json'),
			...Object.fromEntries(packages.map((name) => [name, versionOf(`node_modules/${name}/package.json`)])),
		},
	};
}

/** The first line of a table of results. */
export function measuredOn({ date, cpu, cores, memoryGiB, system, node, versions }: Machine): string {
	const all = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
	return `Measured on ${date}: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}, ${all.join(', ')}.`;
}
