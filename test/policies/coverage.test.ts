import { join } from 'node:path';
import t from 'tap';
import { runCoverage } from '../../cli/runner/coverage/run.ts';
import { withCompiler } from '../../cli/runner/policy-argument.ts';
import { runTest } from '../../cli/runner/test.ts';
import { plan } from '../../cli/runner/test-plan.ts';
import { processShell, type Shell } from '../../cli/shell.ts';
import { systemClock } from '../../gateway/clock.ts';
import { COLD } from '../engine/policy/compiler-for-tests.ts';

// What the tests of the library run and notice. That they pass is said elsewhere.

t.setTimeout(COLD);
const root = join(import.meta.dirname, '../..');
const shell: Shell = { ...processShell(systemClock), cwd: root, progress: () => {} };

interface Coverage {
	readonly lines: { readonly covered: number; readonly total: number; readonly percent: number };
	readonly policies: readonly {
		readonly rules: { readonly total: number; readonly fired: number; readonly never: readonly unknown[] };
		readonly files: readonly { readonly file: string; readonly lines: readonly { row: number; status: string }[] }[];
	}[];
}

t.test('every rule and every set fires in a fixture, and its lines are run', async (t) => {
	const data = await withCompiler(shell, async (compiler) => {
		const jobs = await plan(['policies', 'policy-test-fixtures'], undefined, shell);
		const executed = jobs.map((job) => ({ policy: join(root, 'policies'), ...job }));
		return (await runCoverage({ coverage: true }, executed, () => true, compiler, shell)).data as Coverage;
	});
	const library = data.policies.find(({ rules }) => rules.total >= 45)!;
	t.strictSame(library.rules.never, [], 'sets that never fire');
	t.equal(library.rules.fired, library.rules.total);
	const missing = library.files.flatMap(({ file, lines }) =>
		lines.filter(({ status }) => status === 'uncovered').map(({ row }) => `${file}:${row}`),
	);
	t.ok(data.lines.percent >= 98, `${data.lines.covered} of ${data.lines.total} lines; not: ${missing}`);
});

t.test('mutants of some rules are all noticed', async (t) => {
	const paths = ['policies/rules/budget', 'policies/rules/shell/dangerous_command', 'policies/lib/names'];
	const report = await runTest({ paths, policy: 'policies', mutate: true, threshold: 95 }, shell);
	const { mutants, survived, ignored } = (report.data as { mutation: Record<string, number> }).mutation;
	t.equal(report.exit, 0, report.summary);
	t.ok(mutants! > 200, `${mutants} mutants`);
	t.equal(survived, 0, 'what survives says why');
	t.ok(ignored! <= 0.02 * mutants!);
});
