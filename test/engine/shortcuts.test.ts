import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createDetector } from '../../engine/detect/detector.ts';
import { ALL_PARTS } from '../../engine/input/parts.ts';
import { compilePolicy } from '../../engine/policy/compile.ts';
import { knowledgeOf } from '../../engine/policy/knowledge.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import { createRuleIndex } from '../../engine/policy/rule-index.ts';
import { readPolicySource } from '../../engine/policy/source.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import { parseSession } from '../../engine/recording/session-file.ts';
import { replay } from '../../engine/replay.ts';
import { COLD, openTestCompiler } from './policy/compiler-for-tests.ts';

// Rules that are not asked, frames that nobody asks about, parts that nobody reads: none of it may change a judgement.

t.setTimeout(COLD);
const root = join(import.meta.dirname, '../..');
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

async function library(): Promise<CompiledPolicy> {
	const masking = { detectors: ['secrets', 'pii'] };
	const detector = createDetector(masking);
	const source = await readPolicySource(join(root, 'policies'));
	return compilePolicy(source, masking, detector.version, compiler, undefined, knowledgeOf(detector));
}

/** The policy with every rule asked of every frame, and given the whole document. */
function thorough(compiled: CompiledPolicy): Policy {
	const rules = compiled.rules.map(({ touches: _, ...rule }) => rule);
	return { ...loadPolicy({ ...compiled, rules }), index: createRuleIndex(rules), partsRead: () => ALL_PARTS };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
	const list: T[] = [];
	for await (const item of items) list.push(item);
	return list;
}

t.test('recorded sessions are judged alike with all shortcuts and with none', async (t) => {
	const compiled = await library();
	const [quick, slow] = [loadPolicy(compiled), thorough(compiled)];
	const files = readdirSync(join(root, 'policy-test-fixtures'), { recursive: true, encoding: 'utf8' });
	let frames = 0;
	for (const file of files.filter((name) => name.endsWith('.session.jsonl'))) {
		const { header, lines } = parseSession(readFileSync(join(root, 'policy-test-fixtures', file)), file);
		const [a, b] = await Promise.all([quick, slow].map((policy) => all(replay(header, lines, policy))));
		for (const [i, one] of a!.entries()) {
			// What nobody reads is not searched for either, so there are no findings to tell of.
			const { findings: _, ...judgement } = one.judgement ?? { findings: [] };
			const { findings: __, ...wanted } = b![i]!.judgement ?? { findings: [] };
			t.strictSame(judgement, wanted, `${file}, line ${one.line.seq}`);
			frames++;
		}
	}
	t.ok(frames > 30, `${frames} frames`);
});

t.test(
	'what its own policy could not finish when it was recorded is not finished now; another policy is asked anew',
	async (t) => {
		const policy = loadPolicy(await library());
		const file = join(root, 'policy-test-fixtures/starter-files/tidy-notes.session.jsonl');
		const { header, lines } = parseSession(readFileSync(file), file);
		const at = lines.findIndex((line) => line.type === 'frame' && line.from === 'client');
		const recorded = (revision: string, code: string) =>
			lines.map((line, i) => (i === at ? { ...line, verdict: 'deny' as const, code, revision } : line)) as typeof lines;
		const judged = async (revision: string, code: string) => {
			const { seq } = lines[at]!;
			const results = await all(replay(header, recorded(revision, code), policy));
			return results.find(({ line }) => line.seq === seq)?.judgement;
		};
		for (const code of ['ERR_EVALUATION_FUEL', 'ERR_EVALUATION_MEMORY']) {
			t.match(await judged(policy.revision, code), { verdict: 'deny', code });
			t.match(await judged('another', code), { verdict: 'allow' });
		}
		t.match(await judged(policy.revision, 'ERR_EVALUATION_ABORTED'), { verdict: 'allow' }, 'which would happen again');
	},
);
