import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

t.setTimeout(300_000);

const suite = (verdict: string) =>
	`policy: ../p\ncases:\n  - session: s.session.jsonl\n    otherwise: any\n    expect: [{ at: 1, verdict: ${verdict} }, { at: 3, verdict: allow }]\n`;

t.test('what is reported does not depend on how many threads there are', async (t) => {
	const folder = (verdict: string) => ({ 's.session.jsonl': SESSION, 'suite.yaml': suite(verdict) });
	const cwd = t.testdir({
		p: closing(['exec']),
		f: { p: {}, a: folder('deny'), b: folder('hold'), c: folder('deny'), d: folder('mask') },
		g: { a: { 'suite.yaml': 'cases: 7\n' }, b: { 'suite.yaml': 'cases: 8\n' } },
	});
	for (const name of ['a', 'b', 'c', 'd']) {
		const file = join(cwd, `f/${name}/suite.yaml`);
		writeFileSync(file, readFileSync(file, 'utf8').replace('../p', '../../p'));
	}
	const run = async (...args: string[]) => {
		const [one, ...more] = await Promise.all(
			['1', '3'].map((jobs) => sluice(['test', ...args, '--jobs', jobs], { cwd })),
		);
		for (const other of more) t.strictSame(other, one, args.join(' '));
		return one!;
	};
	const all = await run('p', 'f');
	t.equal(all.code, 1);
	t.match(all.stdout, /f\/b\/suite\.yaml[\s\S]*expected hold[\s\S]*f\/d\/suite\.yaml[\s\S]*8 passed, 2 failed/);
	const bail = await run('p', 'f', '--bail');
	t.match(
		bail.stdout,
		/f\/b\/suite\.yaml[\s\S]*not run, because --bail ends at the first failure[\s\S]*f\/d\/suite\.yaml/,
	);
	t.match(bail.stdout, /4 passed, 1 failed, 3 skipped/);
	const broken = await run('g');
	t.match(broken, { code: 2, stdout: '', stderr: /code: ERR_SUITE/ });
});

t.test('a snapshot that is rewritten shows its rows', async (t) => {
	const cwd = t.testdir({ p: closing(['exec']), f: { 's.session.jsonl': SESSION } });
	const update = ['test', 'f/s.session.jsonl', '--policy', 'p', '--update'];
	const first = await sluice(update, { cwd });
	t.match(
		first.stdout,
		/written, 4 rows added, 0 changed, 0 removed\n {4}\+ 1: \{ verdict: deny, rules: \["shell\/closed"\] \}/,
	);
	writeFileSync(join(cwd, 'p/data.json'), '{"closed": []}');
	const file = join(cwd, 'f/s.verdicts.yaml');
	writeFileSync(file, `${readFileSync(file, 'utf8')}  9: { verdict: allow }\n`);
	const second = await sluice(update, { cwd });
	t.match(
		second.stdout.replace(/\s+/g, ' '),
		'rewritten, 0 rows added, 2 changed, 1 removed - 1: { verdict: deny, rules: ["shell/closed"] } + 1: { verdict: allow }',
	);
	t.match(second.stdout, /- 9: \{ verdict: allow \}/);
	t.match(await sluice(update, { cwd }), { code: 0, stdout: /1 ok/ });
	t.equal((await sluice(['test', 'f/s.session.jsonl', '--policy', 'p'], { cwd })).code, 0);
});

t.test('nothing passes that tests nothing', async (t) => {
	const header = `${SESSION.split('\n')[0]}\n`;
	const cwd = t.testdir({
		p: closing([]),
		f: {
			'empty.session.jsonl': header,
			's.session.jsonl': SESSION,
			'suite.yaml': 'policy: ../p\ncases:\n  - session: empty.session.jsonl\n',
			'any.yaml': 'policy: ../p\ncases:\n  - session: s.session.jsonl\n    otherwise: any\n',
		},
	});
	t.match(await sluice(['test', 'f/suite.yaml'], { cwd }), { code: 1, stdout: /has no frame:\s+nothing is\s+tested/ });
	t.match(await sluice(['test', 'f/any.yaml'], { cwd }), { code: 2, stderr: /any\.yaml:4:\d+: .*tests nothing/ });
});

t.test('unit tests: cases by name, todo_, times on request, and both engines', async (t) => {
	const cwd = t.testdir({
		p: closing([], {
			'more_test.rego': `package more_test

test_table[name] if {
	some name, x in {"one": 1, "two": 2, "three": 3}
	x < 2
}

todo_test_later if false

test_fine if true
`,
		}),
	});
	const ended = await sluice(['test', 'p', '--run', 'more'], { cwd });
	t.equal(ended.code, 1);
	t.match(ended.stdout, /- more_test\.todo_test_later {2}its name begins with `todo_`/);
	t.match(ended.stdout, /1 passed, 1 failed, 1 skipped/);
	t.notMatch(ended.stdout, / ms/);
	const verbose = await sluice(['test', 'p', '--run', 'fine', '--verbose'], { cwd });
	t.match(verbose.stdout, /✓ more_test\.test_fine {2}\d+\.\d ms/);
});

t.test('the JSON form is what its schema says', async (t) => {
	const schema = JSON.parse(
		readFileSync(new URL('../../cli/output/schemas/test.schema.json', import.meta.url), 'utf8'),
	);
	const validate = new Ajv2020({ strict: true }).compile(schema);
	const cwd = t.testdir({ p: closing([]) });
	for (const args of [['p'], ['p', '--mutate'], ['p', '--mutate', '--threshold', '99']]) {
		const report = JSON.parse((await sluice(['test', ...args, '--format', 'json'], { cwd })).stdout);
		t.ok(validate(report), `${args.join(' ')} ${JSON.stringify(validate.errors)}`);
		t.equal(report.mutation !== undefined, args.includes('--mutate'));
		t.notOk(validate({ ...report, passed: 'all' }), 'and nothing else');
	}
	for (const format of ['tap', 'junit', 'sarif', 'github', 'markdown']) {
		const ended = await sluice(['test', 'p', '--mutate', '--format', format], { cwd });
		t.equal(ended.code, 0, format);
		t.match(ended.stdout, /mutat|change-|<testsuites/i, format);
	}
});
