import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import { openCompiler } from '../../../engine/policy/locate-compiler.ts';
import type { PolicyFile, PolicySource } from '../../../engine/policy/types.ts';

/** The cache that the CLI uses too, so that the compiler is built once on a machine. */
export const CACHE: string = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sluice');

/** Long enough to build the compiler on a slow machine, ms. */
export const COLD = 420_000;

export function openTestCompiler(): Compiler {
	return openCompiler({ env: process.env, cacheDir: CACHE });
}

/** A policy of these files, as `readPolicySource` would give it. */
export function sourceOf(files: Readonly<Record<string, string>>, data: Record<string, unknown> = {}): PolicySource {
	const all: PolicyFile[] = Object.entries(files).map(([path, text]) => ({ path, text }));
	const isTest = ({ path }: PolicyFile) => path.endsWith('_test.rego');
	return { origin: 'policies', modules: all.filter((f) => !isTest(f)), tests: all.filter(isTest), data };
}
