import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { hostBuiltins } from '../../../../engine/policy/builtins/index.ts';
import { capabilities } from '../../../../engine/policy/capabilities.ts';
import { compilePolicy } from '../../../../engine/policy/compile.ts';
import { countTests } from '../../../../engine/policy/coverage/count-tests.ts';
import { Counts } from '../../../../engine/policy/coverage/counts.ts';
import { instrument } from '../../../../engine/policy/coverage/instrument.ts';
import { coverFile } from '../../../../engine/policy/coverage/lines.ts';
import { generate } from '../../../../engine/policy/generate.ts';
import { DEFAULT_LIMITS } from '../../../../engine/policy/limits.ts';
import { loadPolicy } from '../../../../engine/policy/load.ts';
import { readPolicySource } from '../../../../engine/policy/source.ts';
import type { PolicySource } from '../../../../engine/policy/types.ts';
import { parseSessions } from '../../../../engine/recording/session-file.ts';
import { replay } from '../../../../engine/replay.ts';
import { CACHE, COLD, openTestCompiler, sourceOf } from '../compiler-for-tests.ts';

// The library: probes change no judgement, and what they say agrees with the coverage of OPA's interpreter.

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());
const source = await readPolicySource('policies');
const builtins = capabilities(hostBuiltins.keys());
const module = await instrument(source, compiler);

t.test('probes change no judgement of a fixture', async (t) => {
	const compiled = await compilePolicy(source, { detectors: ['secrets', 'pii'] }, 'test', compiler, CACHE);
	const counts = Counts.of(module.bodies);
	const plain = loadPolicy(compiled);
	const probed = loadPolicy({ ...compiled, wasm: module.wasm }, DEFAULT_LIMITS, counts.probe);
	let frames = 0;
	for (const file of globSync('policy-test-fixtures/**/*.jsonl').sort()) {
		for (const { header, lines } of parseSessions(readFileSync(file), file)) {
			const [a, b] = await Promise.all([plain, probed].map((policy) => all(replay(header, lines, policy))));
			t.same(b, a, file);
			frames += a!.length;
		}
	}
	t.ok(frames > 100, `${frames} frames`);
	t.ok(module.bodies.filter((body) => counts.at(body, 0) > 0).length > 100);
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
	const list: T[] = [];
	for await (const item of items) list.push(item);
	return list;
}

/** Unit tests whose name matches, in both engines: lines that both have evaluated, that neither has, and that one has. */
async function compared(of: PolicySource, run: string) {
	const { bodies } = await instrument(of, compiler);
	const { packages } = await compiler.request('inspect', { modules: of.modules, builtins });
	const modules = [...of.modules, ...of.tests, ...generate(packages)];
	const asked = { modules, builtins, data: of.data, run, coverage: true };
	const { evaluated } = await compiler.request('test', asked);
	const wanted = (_: string, name: string) => new RegExp(run).test(name);
	const { counts } = await countTests(of, compiler, wanted, 1_760_000_000_000_000_000n);
	const lines = { both: 0, neither: 0, ours: [] as string[], theirs: [] as string[] };
	for (const { path, text } of of.modules) {
		const theirs = new Set((evaluated?.[path] ?? []).map(({ row }) => row));
		const heads = new Set(bodies.filter((b) => b.file === path && b.parent === undefined).map(({ at }) => at.row));
		const parts = new Set(bodies.filter((b) => b.file === path).flatMap((b) => b.expressions.map(({ row }) => row)));
		for (const { row, status } of coverFile(path, text, { bodies, counts, off: new Set() }).lines) {
			// for the interpreter an expression counts that was reached, and a head that gave something
			const headOnly = heads.has(row) && !parts.has(row);
			// one whose value was looked for and not there counts for the interpreter at times
			if (headOnly && status === 'partial' && theirs.has(row)) {
				lines.both++;
				continue;
			}
			const ours = status === 'covered' || (status === 'partial' && !headOnly);
			if (ours === theirs.has(row)) lines[ours ? 'both' : 'neither']++;
			else lines[ours ? 'ours' : 'theirs'].push(`${path}:${row} ${text.split('\n')[row - 1]!.trim()}`);
		}
	}
	return lines;
}

t.test('what the interpreter evaluates of the library, the module does, and hardly more', async (t) => {
	for (const run of ['', 'test_deny', 'test_mask']) {
		const { both, neither, ours, theirs } = await compared(source, run);
		t.comment(
			`${run || 'all'}: ${both} evaluated by both, ${neither} by neither, by the module alone: ${ours.join('; ')}`,
		);
		t.same(theirs, [], run);
		t.ok(ours.length <= 0.02 * (both + neither), `${run}: ${ours.length} by the module alone`);
		if (run !== '') t.ok(neither > 30, `${run}: ${neither} by neither`);
	}
});

t.test('the module evaluates more where the interpreter looks rules up or has seen enough', async (t) => {
	const policy = `package rules.a.b

deny contains "looked up" if {
	input.kind == "request"
	input.from == "server"
}

_enough if {
	input.kind == "request"
}

_enough if {
	input.from == "client"
}

deny contains "enough" if _enough

deny contains "never" if {
	input.none
	input.from == "client"
}
`;
	const test = `package rules.a.b_test

test_deny if data.rules.a.b.deny == {"enough"} with input as {"kind": "request", "from": "client"}
`;
	const { ours, theirs } = await compared(sourceOf({ 'p.rego': policy, 'p_test.rego': test }), '');
	t.same(theirs, []);
	t.same(ours, [
		// its index knows that the first rule cannot hold
		'p.rego:4 input.kind == "request"',
		'p.rego:5 input.from == "server"',
		// it does not try the second definition of what is true already
		'p.rego:12 _enough if {',
		'p.rego:13 input.from == "client"',
		// the index again
		'p.rego:19 input.none',
	]);
});
