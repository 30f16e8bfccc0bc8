import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { COLD } from '../engine/policy/compiler-for-tests.ts';
import { standards } from './output/standards.ts';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

t.setTimeout(COLD);

t.test('one run writes several reports, and shows what it shows without them', async (t) => {
	const cwd = t.testdir({ policies: closing(['exec']), after: closing(['read']), 's.session.jsonl': SESSION });
	const files = ['--report', 'sarif=deep/er/x.sarif', '--report', 'markdown=x.md', '--report', 'json=x.json'];
	const args = ['diff', '--from', 'policies', '--to', 'after', 's.session.jsonl'];
	const plain = await sluice(args, { cwd });
	for (const times of [1, 2]) t.same(await sluice([...args, ...files], { cwd }), plain, `run ${times}`);
	t.equal(plain.code, 1);
	const text = (name: string) => readFileSync(join(cwd, name), 'utf8');
	t.equal(await standards.sarif!(text('deep/er/x.sarif')), undefined);
	t.equal(await standards.markdown!(text('x.md')), undefined);
	t.equal(text('x.json'), (await sluice([...args, '--format', 'json'], { cwd })).stdout);
});

t.test('a report that cannot be written is no green run', async (t) => {
	const cwd = t.testdir({ policies: closing(['exec']) });
	mkdirSync(join(cwd, 'folder'));
	for (const [args, said] of [
		[['check', '--report', 'sarif=folder'], /cannot write the report `folder`[\s\S]*ERR_REPORT_WRITE/],
		[['check', '--report', 'word=x'], /`word=x` is invalid[\s\S]*format=file/],
		[['check', '--report', 'json='], /`json=` is invalid/],
		[['test', '--watch', '--report', 'json=x'], /`--watch` shows text: `--report` is for one run/],
	] as const) {
		const { code, stdout, stderr } = await sluice(args, { cwd });
		t.strictSame([code, stdout], [2, ''], args.join(' '));
		t.match(stderr, said);
	}
});
