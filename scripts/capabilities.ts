/**
 * `node scripts/capabilities.ts`: writes `engine/capabilities.json`, the functions and features that a policy may use,
 * in OPA's format, from what the engine implements. For editors and other tools (`opa check --capabilities …`); the
 * engine itself makes the same list when it compiles. `--check` writes nothing and exits 1 if the file is not current.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostBuiltins } from '../engine/policy/builtins/index.ts';
import { cacheDir } from '../engine/policy/cache-dir.ts';
import { capabilities } from '../engine/policy/capabilities.ts';
import { openCompiler } from '../engine/policy/locate-compiler.ts';

const FILE = join(import.meta.dirname, '..', 'engine', 'capabilities.json');

const compiler = openCompiler({ env: process.env, cacheDir: cacheDir(process.env) });
const current = await compiler.request('capabilities', { builtins: capabilities(hostBuiltins.keys()) });
await compiler.close();
// What tools need to know; the explanations are in OPA's documentation.
const text = `${JSON.stringify(current, (key, value) => (/^(description|categories)$/.test(key) ? undefined : value), '\t')}\n`;
if (!process.argv.includes('--check')) await writeFile(FILE, text);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== text) {
	process.stderr.write('engine/capabilities.json is not current: run `node scripts/capabilities.ts`\n');
	process.exitCode = 1;
}
