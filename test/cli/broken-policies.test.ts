import {
	chmodSync,
	cpSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import t from 'tap';
import { parse } from 'yaml';
import { runCheck } from '../../cli/runner/check.ts';
import type { Shell } from '../../cli/shell.ts';
import { COLD } from '../engine/policy/compiler-for-tests.ts';
import { sluice } from './spawn.ts';

/** `expected.yaml` of a broken policy. */
interface Expected {
	readonly exit: number;
	/** All that is said, in its order. `at`: `file:line`; absent: no place. `words`: part of the message. */
	readonly says: readonly { readonly code: string; readonly at?: string; readonly words: string }[];
	/** What cannot be kept in a repository is made here. */
	readonly special?: keyof typeof SPECIAL;
}

interface Said {
	readonly code: string;
	readonly message: string;
	readonly help?: string;
	readonly place?: { readonly file: string; readonly row: number };
}

const MEGABYTE = 1024 * 1024;

const SPECIAL = {
	'long-line': (folder: string) => {
		writeFileSync(join(folder, 'long.rego'), `package lib.long\n\nx if ${'a'.repeat(MEGABYTE)} == 1\n`);
	},
	'long-comment': (folder: string) => {
		writeFileSync(join(folder, 'long.rego'), `package lib.long\n\n# ${'é'.repeat(MEGABYTE)}\nx := 1\n`);
	},
	'deep-nesting': (folder: string) => {
		writeFileSync(join(folder, 'deep.rego'), `package lib.deep\n\nx := ${'['.repeat(200_000)}\n`);
	},
	unreadable: (folder: string) => {
		const file = join(folder, 'closed.rego');
		writeFileSync(file, 'package lib.closed\n');
		chmodSync(file, 0);
		if (process.getuid?.() !== 0) return;
		// root reads what it may not: a name too long to be followed cannot be read by anybody
		rmSync(file);
		symlinkSync('x'.repeat(300), file);
	},
	'dangling-link': (folder: string) => symlinkSync('nowhere.rego', join(folder, 'gone.rego')),
	'link-to-itself': (folder: string) => symlinkSync('self.rego', join(folder, 'self.rego')),
	'folder-loop': (folder: string) => {
		mkdirSync(join(folder, 'sub'));
		symlinkSync('..', join(folder, 'sub/up'));
	},
} satisfies Record<string, (folder: string) => void>;

const corpus = join(import.meta.dirname, '../fixtures/broken-policies');
const names = readdirSync(corpus).sort();
const schemaFile = join(import.meta.dirname, '../../cli/output/schemas/check.schema.json');
const valid = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

t.setTimeout(COLD);

/** A copy of a broken policy, as `policy` in a folder of its own. */
function copyOf(name: string, cwd: string): Expected {
	const folder = join(cwd, 'policy');
	cpSync(join(corpus, name), folder, { recursive: true });
	const expected = parse(readFileSync(join(folder, 'expected.yaml'), 'utf8')) as Expected;
	if (expected.special !== undefined) SPECIAL[expected.special](folder);
	return expected;
}

/** What a command would have, in this process. */
function shellIn(cwd: string): Shell {
	return {
		cwd,
		env: process.env,
		width: 80,
		clock: { now: () => 1_780_272_000_000_000_000n },
		progress: () => {},
		use: (end: () => unknown) => async () => {
			await end();
		},
	} as unknown as Shell;
}

t.test('there is a broken policy for every code', async (t) => {
	const page = readFileSync(join(import.meta.dirname, '../../docs/check.md'), 'utf8');
	const codes = [...page.matchAll(/^### `(\w+)`/gm)].map(([, code]) => code!);
	const covered = new Set(
		names.flatMap((name) =>
			(parse(readFileSync(join(corpus, name, 'expected.yaml'), 'utf8')) as Expected).says.map(({ code }) => code),
		),
	);
	t.same(
		codes.filter((code) => !covered.has(code)),
		[],
	);
	t.ok(names.length >= 40);
});

for (const name of names) {
	t.test(name, async (t) => {
		const cwd = realpathSync(t.testdir({}));
		const expected = copyOf(name, cwd);
		const report = await runCheck('policy', false, shellIn(cwd));
		const { diagnostics } = report.data as unknown as { diagnostics: readonly Said[] };
		t.same(
			diagnostics.map(({ code, place }) => [code, place && `${place.file.replace('policy/', '')}:${place.row}`]),
			expected.says.map(({ code, at }) => [code, at]),
		);
		for (const [index, { words }] of expected.says.entries()) {
			const said = diagnostics[index];
			t.ok(said?.message.includes(words), `${said?.message} has ${words}`);
			t.ok(said?.help, 'says what to do');
			t.ok((said?.message.length ?? 0) <= 600);
			t.notMatch(said?.message, /\n|rego_\w+_error/);
		}
		t.equal(report.exit, expected.exit);
		const json = JSON.parse(
			JSON.stringify({ version: 1, command: report.command, summary: report.summary, ...report.data }),
		) as unknown;
		t.ok(valid(json), JSON.stringify(valid.errors));
	});
}

for (const name of ['v0-set', 'binary', 'data-yaml', 'long-line', 'folder-loop', 'fails-open-not', 'time']) {
	t.test(`${name}, by the command itself`, async (t) => {
		const cwd = realpathSync(t.testdir({}));
		const expected = copyOf(name, cwd);
		const text = await sluice(['check', 'policy'], { cwd });
		t.equal(text.code, expected.exit);
		for (const { code, at } of expected.says) {
			t.match(text.stdout, code);
			if (at !== undefined) t.ok(text.stdout.replaceAll(/\s+/g, '').includes(`policy/${at}:`), at);
		}
		t.notMatch(text.stdout + text.stderr, /^\s+at .*\(|goroutine|panic:/m);
		t.ok(text.stdout.split('\n').every((line) => line.length <= 80));
		const json = await sluice(['check', 'policy', '--format', 'json'], { cwd });
		t.equal(json.code, expected.exit);
		t.ok(valid(JSON.parse(json.stdout)), JSON.stringify(valid.errors));
		t.equal(json.stderr, '');
	});
}
