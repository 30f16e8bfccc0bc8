import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createDetector } from '../../../engine/detect/detector.ts';
import { packBundle, readBundle } from '../../../engine/policy/bundle.ts';
import { compilePolicy } from '../../../engine/policy/compile.ts';
import type { Compiler } from '../../../engine/policy/compiler.ts';
import { loadPolicy } from '../../../engine/policy/load.ts';
import { moduleOf } from '../../../engine/policy/module.ts';
import { readPolicySource } from '../../../engine/policy/source.ts';
import type { PolicySource } from '../../../engine/policy/types.ts';
import { warmUp } from '../../../engine/warm-up.ts';
import { systemClock } from '../../../gateway/clock.ts';
import { PolicyKeeper } from '../../../gateway/policy/keeper.ts';
import { policyOrigin } from '../../../gateway/policy/origin.ts';
import { COLD, openTestCompiler } from '../../engine/policy/compiler-for-tests.ts';

const CLOSED = `# METADATA
# title: Shell tools are closed
# description: Nobody runs a shell.
# custom:
#   severity: high
package rules.shell.closed

deny contains "closed" if input.tool.name == "exec"
`;
const SMALL = CLOSED.replace('shell.closed', 'io.small').replace('"exec"', '"read"');

test('the real compiler: a change, a mistake, a rule that goes, and an old revision that judges again', {
	timeout: COLD,
}, async (t) => {
	const folder = t.testdir({
		rules: { shell: { closed: { 'closed.rego': CLOSED } }, io: { small: { 'small.rego': SMALL } } },
	});
	const real = openTestCompiler();
	t.teardown(() => real.close());
	const asked: string[] = [];
	const compiler = {
		request(op: Parameters<Compiler['request']>[0], body: never) {
			asked.push(op);
			return real.request(op, body);
		},
	} as unknown as Compiler;
	const compiles = () => asked.filter((op) => op === 'compile').length;
	const masking = { detectors: ['secrets'] };
	const { version } = createDetector(masking);
	const kept = new Map<string, Buffer>();
	const keeper = await PolicyKeeper.start({
		origin: policyOrigin(folder, [], {
			readSource: readPolicySource,
			compile: (source: PolicySource) => compilePolicy(source, masking, version, compiler),
			unpack: readBundle,
		}),
		revisions: {
			put: async (revision, bytes) => void kept.set(revision, bytes),
			get: async (revision) => kept.get(revision),
		},
		bundle: { pack: packBundle, unpack: readBundle },
		load: loadPolicy,
		warmUp,
		clock: systemClock,
	});
	t.teardown(() => keeper.close());
	const old = keeper.current();
	const ask = (tool: string, policy = keeper.current()) => {
		const input = Buffer.from(JSON.stringify({ from: 'client', tool: { name: tool } }));
		const evaluation = policy.evaluator.evaluate(input, { nowNs: 0n, seed: '' });
		return (evaluation as { decision: { reasons: { rule: string }[] } }).decision.reasons.map(({ rule }) => rule);
	};
	t.same(ask('exec'), ['shell/closed']);

	writeFileSync(join(folder, 'rules/shell/closed/closed.rego'), CLOSED.replace('"exec"', '"bash"'));
	t.match(await keeper.reload({ force: false }), { outcome: 'loaded' });
	t.same([ask('exec'), ask('bash')], [[], ['shell/closed']]);

	writeFileSync(join(folder, 'rules/shell/closed/closed.rego'), CLOSED.replace('contains', 'contians'));
	t.match(await keeper.reload({ force: true }), {
		outcome: 'failed',
		message: /^rules\/shell\/closed\/closed\.rego:8:\d+: /,
	});
	t.same(ask('bash'), ['shell/closed']);

	const conflict = `${CLOSED}\nx := 1 if input.version\n\nx := 2 if input.version\n\nwarn contains "x" if x == 1\n`;
	writeFileSync(join(folder, 'rules/shell/closed/closed.rego'), conflict);
	t.match(await keeper.reload({ force: true }), {
		outcome: 'failed',
		message: /cannot judge a request of `initialize` from the client: .*conflict.* \(ERR_EVALUATION_ABORTED\)/,
	});
	t.same(ask('bash'), ['shell/closed'], 'one that compiles and cannot judge is not taken');

	writeFileSync(join(folder, 'rules/shell/closed/closed.rego'), CLOSED.replace('"exec"', '"bash"'));
	t.match(await keeper.reload({ force: true }), { outcome: 'unchanged' });
	const [before, count, { wasm }] = [keeper.current(), compiles(), keeper.current().compiled];
	const level = (value: string) =>
		writeFileSync(join(folder, 'data.yaml'), `config: { rules: { shell/closed: { level: "${value}" } } }\n`);
	level('off');
	t.match(await keeper.reload({ force: true }), { outcome: 'loaded' });
	t.same(ask('bash'), [], 'other data is in force');
	t.not(keeper.current().revision, before.revision);
	t.equal(compiles(), count, 'and nothing was compiled');
	t.equal(moduleOf(keeper.current().compiled.wasm), moduleOf(wasm), 'nor by V8');
	level('of');
	t.match(await keeper.reload({ force: true }), { outcome: 'failed', message: /did you mean|no level/ });
	t.equal(compiles(), count);
	rmSync(join(folder, 'data.yaml'));
	t.match(await keeper.reload({ force: true }), { outcome: 'loaded', revision: before.revision });
	t.equal(compiles(), count);

	rmSync(join(folder, 'rules/io'), { recursive: true });
	writeFileSync(join(folder, 'rules/shell/closed/closed.rego'), CLOSED);
	t.match(await keeper.reload({ force: false }), { outcome: 'waiting', missing: ['io/small'] });
	t.match(await keeper.reload({ force: true }), { outcome: 'loaded' });
	t.same([ask('read'), ask('exec')], [[], ['shell/closed']]);

	kept.set('copy', kept.get(old.revision)!);
	const again = await keeper.policyOfRevision('copy');
	t.equal(again?.revision, old.revision);
	t.same([ask('read', again), ask('exec', again), ask('bash', again)], [['io/small'], ['shell/closed'], []]);
});
