import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { COLD, openTestCompiler } from '../engine/policy/compiler-for-tests.ts';
import { checked, FRAME, sectionsOf, spelled } from './check-page.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/check.md'), 'utf8');
const sections = sectionsOf(page);

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

/** Codes that files of `engine/policy` give to diagnostics, quoted whole. */
function codesOfCheck(): string[] {
	const folder = join(root, 'engine/policy');
	const files = [
		...readdirSync(folder).filter((name) => /^(check|config-data|data-file|source)\b.*\.ts$/.test(name)),
		...readdirSync(join(folder, 'lint')).map((name) => `lint/${name}`),
	];
	const found = files.flatMap((name) =>
		[...readFileSync(join(folder, name), 'utf8').matchAll(/'((?:ERR|LINT)_[A-Z0-9_]+)'/g)].map(([, code]) => code!),
	);
	return [...new Set(found)].sort();
}

t.test('every code of check has one section, and every section is a code of check', async (t) => {
	// there is no policy to be checked
	const codes = codesOfCheck().filter((code) => code !== 'ERR_POLICY_MISSING');
	t.same(sections.map(({ code }) => code).sort(), codes);
});

t.test('the page shows the frame of its fragments', async (t) => {
	t.ok(page.includes(FRAME.trimEnd()));
});

for (const section of sections) {
	const { code, level, bad, good, says, latin1 } = section;
	t.test(`${code}: the bad example is found, and only that; the good one is clean`, async (t) => {
		t.not(bad.size, 0);
		t.not(good.size, 0);
		const found = await checked(bad, t.testdir({}), compiler, latin1);
		t.same([...new Set(found.map((one) => one.code))], [code]);
		t.ok(
			found.every((one) => level.includes(one.level)),
			`${level} of ${found.map((one) => one.level).join(', ')}`,
		);
		t.equal(spelled(found, bad), says);
	});
	t.test(`${code}: the good example is clean`, async (t) => {
		t.same(await checked(good, t.testdir({}), compiler), []);
	});
}
