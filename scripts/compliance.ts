/**
 * `npm run compliance [-- DIR] [--only FAMILY] [--verbose] [--json FILE] [--expected FILE] [--update]`: runs OPA's own
 * test cases (Apache-2.0, from the module that the compiler pins; or the YAML cases in DIR) through this engine and
 * prints a table by family. Exits 1 when a case fails that is not on the list `scripts/compliance/expected.json`;
 * `--update` writes that list and `docs/compliance.md`. The cases of a DIR are compared with a list only if
 * `--expected` names one. `--only` takes families or beginnings of their names, separated by commas.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDir } from '../engine/policy/cache-dir.ts';
import { locateCompiler, OPA_VERSION } from '../engine/policy/locate-compiler.ts';
import { compareWith, readExpected, writeExpected } from './compliance/expected.ts';
import { type Family, readFamilies } from './compliance/families.ts';
import { opaCases } from './compliance/opa-cases.ts';
import { type CaseResult, summary } from './compliance/outcome.ts';
import { render, writePage } from './compliance/page.ts';
import { readReasons, staleReasons } from './compliance/reasons.ts';
import { differences, largestGaps, table } from './compliance/report.ts';
import { runFamilies } from './compliance/run-families.ts';
import { tallies, tally } from './compliance/tally.ts';

const root = join(import.meta.dirname, '..');
const OWN_LIST = join(root, 'scripts/compliance/expected.json');

const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
	process.exitCode = await main();
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 2;
}

async function main(): Promise<number> {
	const { values: flags, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			only: { type: 'string' },
			verbose: { type: 'boolean', default: false },
			json: { type: 'string' },
			expected: { type: 'string' },
			update: { type: 'boolean', default: false },
		},
	});
	const [dir] = positionals;
	if (flags.update && flags.only !== undefined) throw new Error('--update needs all families: leave --only out');
	const list = flags.expected ?? (dir === undefined ? OWN_LIST : undefined);
	if (flags.update && list === undefined) throw new Error('--update with a folder needs --expected FILE');

	const families = chosen(await readFamilies(dir ?? (await opaCases())), flags.only);
	const cache = cacheDir(process.env);
	await locateCompiler({ env: process.env, cacheDir: cache, progress: (line) => process.stderr.write(`${line}\n`) });
	const results = await runFamilies(families, {
		cacheDir: cache,
		threads: Math.min(2, availableParallelism()),
		limitMs: 30_000,
	});
	const total = tally('total', results);

	say(table(results));
	const largest = largestGaps(results, 10);
	if (largest.length > 0) say(`\nlargest gaps (cases that need a built-in which is missing):\n${largest.join('\n')}`);
	if (flags.verbose) say(`\n${differences(results, flags.only === undefined ? 3 : 20).join('\n')}`);
	if (flags.json !== undefined) await writeFile(flags.json, asJson(results));
	if (flags.update) await update(list!, dir === undefined, results);
	const gate = list !== undefined && !flags.update ? await gated(list, results) : 0;
	say(`\ncompliance: ${total.pass}/${total.cases}`);
	return gate;
}

function chosen(families: readonly Family[], only: string | undefined): readonly Family[] {
	if (families.length === 0) throw new Error('there are no cases (files *.yaml, *.yml or *.json) in that folder');
	if (only === undefined) return families;
	const names = only.split(',').flatMap((begin) => {
		const exact = families.filter(({ name }) => name === begin);
		return exact.length > 0 ? exact : families.filter(({ name }) => name.startsWith(begin));
	});
	const some = families.filter((family) => names.includes(family));
	if (some.length === 0)
		throw new Error(`no family begins with \`${only}\`; there are: ${families.map(({ name }) => name).join(', ')}`);
	return some;
}

async function update(list: string, own: boolean, results: readonly CaseResult[]): Promise<void> {
	await writeExpected(list, OPA_VERSION, results);
	if (own) await writePage(join(root, 'docs/compliance.md'), render(OPA_VERSION, results, readReasons()));
	say(`\nwrote ${list}${own ? ' and docs/compliance.md' : ''}`);
}

/** Says what is otherwise than the list has it; 1 when something that passed does not. */
async function gated(list: string, results: readonly CaseResult[]): Promise<number> {
	if (!existsSync(list)) throw new Error(`there is no list \`${list}\`; --update writes it`);
	const { broken, mended, gone } = compareWith(await readExpected(list), results);
	if (mended.length > 0 || gone.length > 0) {
		say(`\n${mended.length} cases on the list pass now, ${gone.length} are gone: take them off it with --update`);
	}
	const stale = list === OWN_LIST ? staleReasons(results, readReasons()) : [];
	if (stale.length > 0) say(`\nreasons for cases that pass, to be taken out of reasons.json:\n${stale.join('\n')}`);
	if (broken.length === 0) return 0;
	say(`\n${broken.length} cases that are not on the list do not pass:`);
	for (const { family, id, outcome } of broken) say(`  ${family}: ${id} — ${summary(outcome)}`);
	return 1;
}

function asJson(results: readonly CaseResult[]): string {
	const families = tallies(results).map(({ missing, ...rest }) => ({ ...rest, missing: Object.fromEntries(missing) }));
	const cases = results.map(({ family, file, id, outcome }) => ({ family, file, id, ...outcome }));
	const { cases: count, pass } = tally('', results);
	return `${JSON.stringify({ opa: OPA_VERSION, cases: count, passed: pass, families, results: cases }, null, '\t')}\n`;
}
