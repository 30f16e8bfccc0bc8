import t from 'tap';
import { mergeDecision } from '../../../engine/policy/decision.ts';
import { agent, origin } from '../../fixtures/frames.ts';

const scope = { principal: agent, server: origin.server, tool: 'delete_file', nowNs: 1_760_000_000_000_000_000n };
const reason = (set: string, rule: string, more: object = {}) => ({
	set,
	rule,
	level: 'enforce',
	message: `${rule} says ${set}`,
	...more,
});
const raw = (reasons: unknown[], more: object = {}) => ({ reasons, labels: [], malformed: [], ...more });

t.test('the strongest verdict wins and every reason is kept, in a stable order', async (t) => {
	const reasons = [
		reason('warn', 'd/d'),
		reason('hold', 'b/b'),
		reason('deny', 'c/c'),
		reason('mask', 'a/a', { finding: 'secret/*' }),
		reason('deny', 'a/a'),
	];
	const merged = mergeDecision(raw(reasons), [], scope);
	t.equal(merged.verdict, 'deny');
	t.strictSame(
		merged.reasons.map((r) => `${r.set} ${r.rule}`),
		['deny a/a', 'deny c/c', 'hold b/b', 'mask a/a', 'warn d/d'],
	);
	t.strictSame(
		mergeDecision(raw([...reasons].reverse()), [], scope),
		merged,
		'the order that the module dumped them in does not show',
	);
	t.equal(mergeDecision(raw([]), [], scope).verdict, 'allow');
	t.equal(mergeDecision(raw([reason('warn', 'a/a')]), [], scope).verdict, 'allow');
});

t.test('every hold is a demand of its own; the shortest time-outs apply', async (t) => {
	const merged = mergeDecision(
		raw([
			reason('hold', 'a/a', { quorum: 2, approvers: ['group:x', 'user:y'], timeout: '10m' }),
			reason('hold', 'b/b', { timeout: '90s', grant: '1h' }),
		]),
		[],
		scope,
	);
	t.equal(merged.verdict, 'hold');
	t.strictSame(merged.hold, {
		demands: [
			{ rule: 'a/a', message: 'a/a says hold', approvers: ['group:x', 'user:y'], quorum: 2 },
			{ rule: 'b/b', message: 'b/b says hold', approvers: [], quorum: 1 },
		],
		timeoutNs: 90e9,
		grantNs: 3600e9,
	});
});

t.test('shadow turns reasons into warnings and keeps labels from sticking', async (t) => {
	const merged = mergeDecision(
		raw([reason('deny', 'a/a', { level: 'shadow' })], {
			labels: [
				{ rule: 'a/a', level: 'shadow', label: 'x' },
				{ rule: 'b/b', level: 'enforce', label: 'y', scope: 'principal', for: '1h' },
			],
		}),
		[],
		scope,
	);
	t.equal(merged.verdict, 'allow');
	t.match(merged.reasons, [{ set: 'warn', was: 'deny', rule: 'a/a' }]);
	t.strictSame(merged.labels, [{ label: 'y', rule: 'b/b', scope: 'principal', forNs: 3600e9 }]);
});

t.test('a malformed rule denies and is named', async (t) => {
	const merged = mergeDecision(
		raw([], { malformed: [{ rule: 'a/a', set: 'deny', why: 'a member is a number' }] }),
		[],
		scope,
	);
	t.equal(merged.verdict, 'deny');
	t.equal(merged.code, 'ERR_RULE_MALFORMED');
	t.match(merged.reasons, [{ set: 'deny', rule: 'a/a', message: /a member is a number/ }]);
});

t.test('a decision of any other shape is a deny', async (t) => {
	for (const decision of [
		null,
		1,
		'allow',
		[],
		{},
		raw([{}]),
		raw([reason('permit', 'a/a')]),
		{ reasons: [], labels: [] },
		raw([], { labels: [{}] }),
		raw([{ ...reason('deny', 'a/a'), message: 7 }]),
		raw([reason('deny', 'a/a', { level: 'off' })]),
	]) {
		const merged = mergeDecision(decision, [], scope);
		t.equal(merged.verdict, 'deny', JSON.stringify(decision));
		t.equal(merged.code, 'ERR_DECISION_MALFORMED');
	}
});
