import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compileFolder } from '../../engine/policy/compile-folder.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import { setsOf } from '../../scripts/docs/library/example.ts';
import { type CaseRun, runFixture, suiteOf } from '../../scripts/docs/library/fixture.ts';
import { complaintsAbout } from '../../scripts/docs/library/metadata.ts';
import { type LibraryData, PROFILES, packagesOf, readLibrary } from '../../scripts/docs/library/read.ts';
import { COLD, openTestCompiler } from '../engine/policy/compiler-for-tests.ts';

t.setTimeout(COLD);
const root = join(import.meta.dirname, '../..');
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const library = await readLibrary(root, compiler);
const compiled = await compileFolder(join(root, 'policies'), { env: process.env });
const runs = new Map<string, readonly CaseRun[]>();
for (const { id } of library.rules) {
	if (existsSync(suiteOf(root, id))) runs.set(id, await runFixture(root, id, compiled));
}

/** The policy with one setting of a rule replaced, or taken away. */
function withSetting(id: string, name: string, value: unknown): CompiledPolicy {
	const all = library.data.settings ?? {};
	const { [name]: _, ...others } = all[id] ?? {};
	const own = value === undefined ? others : { ...others, [name]: value };
	return { ...compiled, data: { ...compiled.data, settings: { ...all, [id]: own } } };
}

/** The sets that a rule gives over all its bad cases. */
function given(all: readonly CaseRun[]): readonly string[] {
	return [...new Set(all.filter(({ kind }) => kind === 'bad').flatMap(({ shown }) => shown.flatMap(setsOf)))];
}

t.test('METADATA of every rule is complete', async (t) => {
	for (const [id, { annotations = {} }] of await packagesOf(library.source, compiler)) {
		t.same(complaintsAbout(id, annotations), [], id);
	}
	t.match(
		complaintsAbout('files/x', { title: 'x', custom: { severity: 'very', owasp_llm: ['LLM99:2025'], note: 1 } }),
		['files/x: `description` is missing'],
	);
});

t.test('every setting has a meaning, and every meaning a setting', async (t) => {
	for (const { id, metadata } of library.rules) {
		const names = Object.keys(library.data.settings?.[id] ?? {});
		t.same(Object.keys(metadata.settings).sort(), names.sort(), id);
	}
	const ids = new Set(library.rules.map(({ id }) => id));
	t.same(
		Object.keys(library.data.settings ?? {}).filter((id) => !ids.has(id)),
		[],
	);
});

t.test('every rule has a level in data.yaml and in each profile, in the order of ids', async (t) => {
	const ids = library.rules.map(({ id }) => id);
	for (const [name, { config }] of [['data', library.data] as const, ...Object.entries(library.profiles)]) {
		t.same(Object.keys(config?.rules ?? {}), ids, name);
		for (const [id, rule] of Object.entries(config?.rules ?? {})) {
			t.ok(['enforce', 'shadow', 'off'].includes(rule.level ?? ''), `${name}: ${id}`);
		}
	}
	t.same(library.profiles.starter.config?.rules, library.data.config?.rules, 'data.yaml is the profile starter');
	t.same(Object.keys(library.profiles), [...PROFILES]);
});

t.test('every rule has a bad and a good fixture', async (t) => {
	for (const { id } of library.rules) {
		const kinds = (runs.get(id) ?? []).map(({ kind }) => kind);
		t.ok(kinds.includes('bad') && kinds.includes('good'), id);
	}
});

t.test('in good fixtures no rule stops anything, and the rule itself says nothing', async (t) => {
	for (const [id, all] of runs) {
		for (const { kind, shown, stopped } of all) {
			if (kind !== 'good') continue;
			t.same(stopped, [], id);
			t.same(
				shown.flatMap(({ reasons }) => reasons),
				[],
				id,
			);
		}
	}
});

t.test('in bad fixtures the rule gives every set that it has', async (t) => {
	for (const { id, sets } of library.rules) {
		const all = runs.get(id) ?? [];
		// a deny may be kept for settings that cannot be read
		const names = Object.keys(library.data.settings?.[id] ?? {});
		const broken = names.length === 0 ? [] : await runFixture(root, id, withSetting(id, names[0]!, undefined));
		t.not(given(all).length, 0, `${id} fires`);
		t.same([...new Set([...given(all), ...given(broken)])].sort(), [...sets].sort(), id);
	}
});

t.test('a rule whose setting is missing or of another type denies what it would let pass', async (t) => {
	for (const [id] of runs) {
		for (const name of Object.keys(library.data.settings?.[id] ?? {})) {
			for (const value of [undefined, 7.5, 'another']) {
				if (fits(library.data.settings?.[id]?.[name], value)) continue;
				const changed = withSetting(id, name, value);
				const good = await runFixture(
					root,
					id,
					changed,
					({ kind, one }) => kind === 'good' && !sets(one.with?.data, id, name),
				);
				const denied = good.every(({ shown }) =>
					shown.some(({ reasons }) => reasons.some(({ set }) => set === 'deny')),
				);
				t.ok(denied, `${id}: ${name} is ${JSON.stringify(value)}`);
			}
		}
	}
});

/** Whether the case itself says what the setting is. */
function sets(data: LibraryData | undefined, id: string, name: string): boolean {
	return data?.settings?.[id]?.[name] !== undefined;
}

/** Whether a value is of the type that the setting has: a text may be any other one, and so may a number. */
function fits(known: unknown, value: unknown): boolean {
	return (typeof known === 'number' || /^\d/.test(String(known))) && typeof value === typeof known;
}
