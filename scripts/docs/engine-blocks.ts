import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spellSlots } from '../../cli/runner/slots.ts';
import { hostBuiltins } from '../../engine/policy/builtins/index.ts';
import { COMPILED_AWAY, capabilities, whyForbidden } from '../../engine/policy/capabilities.ts';
import { compileFolder } from '../../engine/policy/compile-folder.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import { readKnown } from '../../test/engine/differential/known.ts';

const root = join(import.meta.dirname, '../..');

/** A built-in function as OPA declares it (`ast.Builtin`, its JSON). */
interface Declared {
	readonly name: string;
	/** An operator. */
	readonly infix?: string;
	/** Its answer may be another one each time. */
	readonly nondeterministic?: boolean;
}

/** The generated blocks of `docs/engine.md`, by the names of their marks. */
export async function engineBlocks(compiler: Compiler): Promise<Readonly<Record<string, string>>> {
	const { builtins } = (await compiler.request('capabilities', {})) as unknown as { builtins: readonly Declared[] };
	const chancy = builtins.filter(({ name, nondeterministic }) => nondeterministic === true && hostBuiltins.has(name));
	return {
		'engine-example': ['```ts', readFileSync(join(root, 'examples/engine/judge-frames.ts'), 'utf8').trim(), '```'].join(
			'\n',
		),
		'engine-example-output': ['```text', (await exampleOutput()).trim(), '```'].join('\n'),
		'engine-builtins': openTable(builtins),
		'engine-facts': `${codes(chancy.map(({ name }) => name).sort())}.`,
		'engine-refused': refusedTable(builtins),
		'engine-index': await slotsTable(),
		'engine-differences': readKnown()
			.map(({ name, reason }) => `- **${name}**: ${reason}`)
			.join('\n'),
	};
}

/** What the example prints. */
export async function exampleOutput(): Promise<string> {
	const example = join(root, 'examples/engine/judge-frames.ts');
	return (await promisify(execFile)(process.execPath, [example], { encoding: 'utf8' })).stdout;
}

/** What the rule index knows of the starter policy, as `sluice check --verbose` spells it. */
async function slotsTable(): Promise<string> {
	const { rules } = await compileFolder(join(root, 'policies'), { env: process.env });
	return [
		row(['rule', 'is evaluated for']),
		row(['---', '---']),
		...rules.map(({ id, touches }) => row([codes([id]), spellSlots(touches).replaceAll('|', '\\|')])),
	].join('\n');
}

function openTable(builtins: readonly Declared[]): string {
	const open = new Set(capabilities(hostBuiltins.keys()));
	const away = new Set(COMPILED_AWAY);
	const families = new Map<string, { module: string[]; engine: string[] }>();
	for (const { name, infix } of builtins) {
		if (!open.has(name) || away.has(name) || infix !== undefined || name.startsWith('internal.')) continue;
		const family = name.includes('.') ? name.slice(0, name.indexOf('.')) : 'without a prefix';
		const { module, engine } = families.get(family) ?? { module: [], engine: [] };
		families.set(family, { module, engine });
		(hostBuiltins.has(name) ? engine : module).push(name);
	}
	return [
		row(['family', 'compiled into the module', 'supplied by the engine']),
		row(['---', '---', '---']),
		...[...families]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([family, { module, engine }]) => row([family, codes(module.sort()), codes(engine.sort())])),
	].join('\n');
}

function refusedTable(builtins: readonly Declared[]): string {
	const open = new Set(capabilities(hostBuiltins.keys()));
	const byReason = new Map<string, string[]>();
	for (const { name } of builtins) {
		if (open.has(name)) continue;
		const { reason, help } = whyForbidden(name);
		const key = JSON.stringify([reason, help]);
		byReason.set(key, [...(byReason.get(key) ?? []), name]);
	}
	return [
		row(['refused', 'because', 'instead']),
		row(['---', '---', '---']),
		...[...byReason].map(([key, names]) => row([codes(names.sort()), ...(JSON.parse(key) as string[])])),
	].join('\n');
}

function codes(names: readonly string[]): string {
	return names.map((name) => `\`${name}\``).join(', ');
}

function row(cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}
