import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '../..');
const CODE = /\b(?:ERR|LINT)_[A-Z0-9]+(?:_[A-Z0-9]+)*\b/;

/** Quoted whole, in a source file of the product. */
function codesOfSource(): Map<string, string> {
	const found = new Map<string, string>();
	for (const folder of ['engine', 'gateway', 'cli']) {
		for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
			if (!entry.isFile() || !/\.(ts|go)$/.test(entry.name)) continue;
			const path = join(entry.parentPath, entry.name);
			const text = readFileSync(path, 'utf8');
			for (const [, code] of text.matchAll(new RegExp(`['"\`](${CODE.source})['"\`]`, 'g'))) {
				if (code !== undefined) found.set(code, path.slice(root.length + 1));
			}
		}
	}
	return found;
}

/** First column of the tables. */
function codesOfDocs(): string[] {
	const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');
	return [...text.matchAll(new RegExp(`^\\| \`(${CODE.source})\` \\|`, 'gm'))].map(([, code]) => code ?? '');
}

t.test('every code of the source has a row in docs/errors.md', async (t) => {
	const documented = new Set(codesOfDocs());
	const missing = [...codesOfSource()]
		.filter(([code]) => !documented.has(code))
		.map(([code, path]) => `${code} (${path})`);
	t.same(missing.sort(), []);
});

t.test('every row of docs/errors.md is a code of the source', async (t) => {
	const made = codesOfSource();
	t.same(
		codesOfDocs().filter((code) => !made.has(code)),
		[],
	);
});

t.test('no code has two rows', async (t) => {
	const codes = codesOfDocs();
	t.same(
		codes.filter((code, index) => codes.indexOf(code) !== index),
		[],
	);
});

t.test('every row says what to do', async (t) => {
	const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8')
		.split('\n')
		.filter((line) => /^\| `(ERR|LINT)_/.test(line));
	t.not(rows.length, 0);
	t.same(
		rows.filter((row) =>
			row
				.split('|')
				.slice(2, 4)
				.some((cell) => cell.trim() === ''),
		),
		[],
	);
});
