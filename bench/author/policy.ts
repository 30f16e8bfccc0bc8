import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const LIBRARY = join(import.meta.dirname, '..', '..', 'policies');

interface LibraryData {
	config: { rules: Record<string, unknown> };
	settings: Record<string, unknown>;
}

/** A folder `policy` in a new folder, with the first `rules` of the library, their tests and all helpers. Returns the outer folder. */
export function partOfLibrary(rules: number): string {
	const data = parse(readFileSync(join(LIBRARY, 'data.yaml'), 'utf8')) as LibraryData;
	const ids = Object.keys(data.config.rules).sort();
	const folder = mkdtempSync(join(tmpdir(), 'sluice-author-'));
	const policy = join(folder, 'policy');
	cpSync(LIBRARY, policy, { recursive: true });
	for (const id of ids.slice(rules)) {
		rmSync(join(policy, 'rules', id), { recursive: true });
		delete data.config.rules[id];
		delete data.settings[id];
	}
	rmSync(join(policy, 'profiles'), { recursive: true });
	writeFileSync(join(policy, 'data.yaml'), stringify(data));
	return folder;
}

/** A rule of it that an author has open. */
export function openRule(folder: string): string {
	return join(folder, 'policy', 'rules', 'budget', 'calls', 'calls.rego');
}
