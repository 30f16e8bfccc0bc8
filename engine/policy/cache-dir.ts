import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where what can be made again lies (the built compiler, compiled policies): `SLUICE_CACHE`, else `sluice` in
 * `XDG_CACHE_HOME` (XDG Base Directory Specification), else `~/.cache/sluice`.
 */
export function cacheDir(env: Readonly<Record<string, string | undefined>>): string {
	if (env.SLUICE_CACHE) return env.SLUICE_CACHE;
	const base = env.XDG_CACHE_HOME;
	return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'sluice');
}
