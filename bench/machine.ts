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

export function machine(): Machine {
	const all = cpus();
	const packages = ['lmdb', 'undici', '@open-policy-agent/opa-wasm'];
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
