import fc from 'fast-check';
import { test } from 'tap';
import { policyChanges } from '../../../engine/diff/accountable.ts';
import { PairedRerun, pairOf } from '../../../engine/diff/pairs.ts';
import { SessionDiff } from '../../../engine/diff/session-diff.ts';
import type { Policy } from '../../../engine/policy/load.ts';
import type { RuleInfo } from '../../../engine/policy/types.ts';
import type { FrameLine, RecordingHeader } from '../../../engine/recording/lines.ts';
import { agent, origin } from '../../fixtures/frames.ts';
import { reason, stubPolicy } from '../../fixtures/house.ts';

/** A rule: what it says of calls of some tools, if a label is there, or once there have been so many calls. */
interface Rule {
	readonly set: 'deny' | 'hold' | 'warn' | 'label';
	readonly tools: readonly string[];
	readonly label?: string | undefined;
	readonly calls?: number | undefined;
	/** Of a hold; which label a label sets. */
	readonly quorum: number;
}
type Rules = readonly (Rule | undefined)[];

const TOOLS = ['a', 'b', 'c'];
const LABELS = ['l1', 'l2'];

const rule: fc.Arbitrary<Rule> = fc.record({
	set: fc.constantFrom('deny', 'hold', 'warn', 'label'),
	tools: fc.subarray(TOOLS, { minLength: 1 }),
	label: fc.option(fc.constantFrom(...LABELS), { nil: undefined, freq: 2 }),
	calls: fc.option(fc.nat(3), { nil: undefined, freq: 2 }),
	quorum: fc.integer({ min: 1, max: 2 }),
});
const maybe = fc.option(rule, { nil: undefined, freq: 6 });
/** Before and after; the same object: it has not changed. */
const change = fc.oneof(
	// one that has not changed reads nothing that others decide: see the limit in `accountable`
	rule.map((same): [Rule | undefined, Rule | undefined] => {
		const plain = { ...same, label: undefined, calls: undefined };
		return [plain, plain];
	}),
	fc.tuple(maybe, maybe),
);

const idOf = (i: number) => `a/r${i}`;

function policyOf(rules: Rules, name: string): Policy {
	const infos = rules.flatMap((rule, i): RuleInfo[] => {
		if (rule === undefined) return [];
		const reads = ['input.tool.name'];
		if (rule.label !== undefined) reads.push('input.session.labels');
		if (rule.calls !== undefined) reads.push('input.session.calls.total');
		const uses = { code: JSON.stringify(rule), files: [], data: [] };
		return [{ id: idOf(i), sets: [rule.set], files: [], reads, uses, finds: false }];
	});
	const stub = stubPolicy(({ tool, session }) => {
		const fires = (rule: Rule) =>
			rule.tools.includes(tool?.name ?? '') &&
			(rule.label === undefined || session.labels.includes(rule.label)) &&
			(rule.calls === undefined || session.calls.total >= rule.calls);
		const firing = rules.flatMap((rule, i) => (rule !== undefined && fires(rule) ? [[rule, idOf(i)] as const] : []));
		return {
			reasons: firing
				.filter(([{ set }]) => set !== 'label')
				.map(([{ set, quorum }, id]) => reason(set, id, set === 'hold' ? { quorum } : {})),
			labels: firing
				.filter(([{ set }]) => set === 'label')
				.map(([{ quorum }, id]) => ({ label: LABELS[quorum - 1]!, rule: id, level: 'enforce' })),
		} as ReturnType<Parameters<typeof stubPolicy>[0]>;
	}, name);
	return { ...stub, rules: infos, compiled: { ...stub.compiled, rules: infos, builtins: [] } } as unknown as Policy;
}

const header: RecordingHeader = { ...origin, version: 1, principal: agent };

function recorded(tools: readonly string[]): FrameLine[] {
	return tools.map((name, i) => ({
		type: 'frame',
		seq: i + 1,
		t: i,
		from: 'client',
		bytes: Buffer.from(
			JSON.stringify({ jsonrpc: '2.0', id: i, method: 'tools/call', params: { name, arguments: {} } }),
		),
	}));
}

function diffOf(from: Policy, to: Policy, lines: readonly FrameLine[]) {
	const rerun = new PairedRerun(header, pairOf(from, to));
	const diff = new SessionDiff(header);
	for (const line of lines) diff.add(rerun.next(line)!);
	const { differences, shapes } = diff.tally('s');
	const found = new Map<number, (typeof shapes)[number]>();
	for (let i = 0; i < differences.length; i += 3) found.set(differences[i + 1]!, shapes[differences[i + 2]!]!);
	return found;
}

test('what has to answer for a difference has made it: with these changes alone, the frame gets what it gets with all', async () => {
	fc.assert(
		fc.property(
			fc.array(change, { minLength: 1, maxLength: 5 }),
			fc.array(fc.constantFrom(...TOOLS), { minLength: 1, maxLength: 8 }),
			(rules, tools) => {
				const lines = recorded(tools);
				const before = rules.map(([rule]) => rule);
				const after = rules.map(([, rule]) => rule);
				const [from, to] = [policyOf(before, 'from'), policyOf(after, 'to')];
				const changes = policyChanges(from.compiled, to.compiled);
				for (const [seq, shape] of diffOf(from, to, lines)) {
					const accountable = changes.accountable(shape);
					if (accountable.length === 0) return false;
					// every other change is taken back
					const partly = rules.map(([a, b], i) => (accountable.includes(idOf(i)) ? b : a));
					if (diffOf(policyOf(partly, 'partly'), to, lines).has(seq)) return false;
				}
				return true;
			},
		),
		{ numRuns: 1500 },
	);
});
