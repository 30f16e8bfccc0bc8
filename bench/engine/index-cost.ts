import { judge } from '../../engine/judge.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { agree } from './agree.ts';
import { type Asked, FACTS, quietCall, remarkableCalls, SEQ, unruledRequest } from './frame.ts';
import { evaluator } from './ours.ts';
import { type BenchPolicy, benchPolicy } from './policies.ts';
import { type Effort, measure, type Round, type Subject } from './rounds.ts';

/** What is asked of the rule index, in the order of the table. */
export type IndexCase = 'few' | 'many' | 'unindexed' | 'judged' | 'unruledModule' | 'unruledJudged';

/** What rules cost that cannot touch a frame. */
export interface IndexTimes {
	readonly few: number;
	readonly many: number;
	readonly effort: Effort;
	readonly rows: readonly { readonly case: IndexCase; readonly name: string; readonly rounds: readonly Round[] }[];
}

/** Rules besides the realistic ones. */
const OTHERS = 225;

export async function measureIndex(
	few: BenchPolicy,
	effort: Effort,
	progress: (text: string) => void,
): Promise<IndexTimes> {
	const many = await benchPolicy(OTHERS);
	const call = quietCall(few.policy);
	const unruled = unruledRequest();
	const decide = {
		few: evaluator(few.policy.compiled.wasm, few.data),
		many: evaluator(many.policy.compiled.wasm, many.data),
		unindexed: evaluator(many.policy.compiled.wasm, many.unindexed),
	};
	for (const { input } of [call, ...remarkableCalls(few.policy), unruled]) {
		agree('the larger policy', decide.many(input), decide.few(input));
		agree('the larger policy without an index', decide.unindexed(input), decide.few(input));
	}
	const [a, b] = [few.policy.rules.length, many.policy.rules.length];
	const subjects: Record<IndexCase, Subject> = {
		few: { name: `${a} rules, all about the call`, run: () => decide.few(call.input) },
		many: { name: `${b} rules, the same ${a} about the call`, run: () => decide.many(call.input) },
		unindexed: { name: `${b} rules, without the index`, run: () => decide.unindexed(call.input) },
		judged: { name: `${a} rules, the call, whole judgement`, run: whole(few.policy, call) },
		unruledModule: {
			name: `${b} rules, none about the method, the module alone`,
			run: () => decide.many(unruled.input),
		},
		unruledJudged: { name: `${b} rules, none about the method, whole judgement`, run: whole(many.policy, unruled) },
	};
	const rounds = await measure(subjects, effort, progress);
	const rows = (Object.keys(subjects) as IndexCase[]).map((key) => ({
		case: key,
		name: subjects[key].name,
		rounds: rounds[key],
	}));
	return { few: a, many: b, effort, rows };
}

/** All that is asked of the engine about a frame: input, evaluation, merging. */
function whole(policy: Policy, { state, message }: Asked): () => unknown {
	const [member] = message.members;
	const options = { hashKey: Buffer.alloc(32), inputLimit: 4 * 1024 * 1024 };
	const run = () => judge(policy, state, member!, SEQ, FACTS, options);
	const { verdict, code = '' } = run();
	if (verdict !== 'allow') throw new Error(`the frame of the benchmark is not allowed: ${verdict} ${code}`);
	return run;
}
