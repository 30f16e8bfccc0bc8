import fc from 'fast-check';
import { test } from 'tap';
import { diffJudgements } from '../../engine/diff.ts';
import type { HoldDemand, Judgement, MaskOp, Reason, Verdict } from '../../engine/policy/judgement.ts';
import type { Replayed } from '../../engine/replay.ts';

const BYTES = Buffer.from('{"token":"abcdefghij","other":"klmnopqrst"}');
const TOKEN = { start: 9, end: 21 };
const OTHER = { start: 30, end: 42 };

function reason(set: Reason['set'], rule: string, more: Partial<Reason> = {}): Reason {
	return { set, rule, level: 'enforce', message: `${rule} says so`, ...more };
}

function judged(judgement: Partial<Judgement> & { verdict: Verdict }, more: Partial<Replayed> = {}): Replayed {
	return {
		line: { type: 'frame', seq: 3, t: 0, from: 'client', bytes: BYTES },
		status: 'judged',
		judgement: { reasons: [], labels: [], findings: [], splices: [], revision: 'r', ...judgement },
		...more,
	};
}

const allow = judged({ verdict: 'allow' });
const deny = judged({ verdict: 'deny', reasons: [reason('deny', 'a/deny')] });

function mask(op: MaskOp, ...spans: { start: number; end: number; text?: string }[]): Replayed {
	return judged({
		verdict: 'mask',
		reasons: [reason('mask', 'm/mask', { path: '$.result', op })],
		splices: spans.map(({ start, end, text }) => ({
			start,
			end,
			replacement: text ?? (op === 'remove' ? '' : '"x"'),
			pointer: '/result',
			what: 'path',
		})),
	});
}

function hold(demands: Partial<HoldDemand>[], terms: { timeoutNs?: number; grantNs?: number } = {}): Replayed {
	const whole = demands.map((d, i) => ({ rule: `h/rule_${i}`, message: 'm', approvers: [], quorum: 1, ...d }));
	return judged({
		verdict: 'hold',
		hold: { demands: whole, ...terms },
		reasons: whole.map((d) =>
			reason('hold', d.rule, { approvers: d.approvers, quorum: d.quorum, timeout: String(terms.timeoutNs) }),
		),
	});
}

const one = (approvers: string[], quorum = 1) => hold([{ approvers, quorum }]);
const MINUTE = 60_000_000_000;

test('the classes of contract §3, one by one', async (t) => {
	const rows: [name: string, a: Replayed, b: Replayed, result: string | undefined, what?: string[]][] = [
		['same', allow, allow, undefined],
		['allow → deny', allow, deny, 'tightened', ['verdict']],
		['deny → allow', deny, allow, 'loosened', ['verdict']],
		['deny → hold', deny, one([]), 'loosened'],
		['hold → mask', one([]), mask('redact', TOKEN), 'loosened'],
		['mask → allow', mask('redact', TOKEN), allow, 'loosened'],
		['another reason under deny', deny, judged({ verdict: 'deny', reasons: [reason('deny', 'b/other')] }), undefined],
		['another warning', allow, judged({ verdict: 'allow', reasons: [reason('warn', 'w/x')] }), undefined],
		[
			'masks under a deny',
			deny,
			judged({ verdict: 'deny', splices: mask('redact', TOKEN).judgement!.splices }),
			undefined,
		],
		['more bytes', mask('redact', TOKEN), mask('redact', TOKEN, OTHER), 'tightened', ['masks']],
		['fewer bytes', mask('redact', TOKEN, OTHER), mask('redact', OTHER), 'loosened', ['masks']],
		['other bytes', mask('redact', TOKEN), mask('redact', OTHER), 'changed', ['masks']],
		['stronger op', mask('partial', TOKEN), mask('hash', TOKEN), 'tightened'],
		['remove', mask('redact', TOKEN), mask('remove', TOKEN), 'tightened'],
		['more bytes, weaker op', mask('redact', TOKEN), mask('partial', TOKEN, OTHER), 'changed'],
		[
			'redact and replace differ in text',
			mask('redact', TOKEN),
			mask('replace', { ...TOKEN, text: '"y"' }),
			'changed',
			['masks'],
		],
		['same bytes out', mask('redact', TOKEN), mask('replace', TOKEN), undefined],
		['quorum up', one(['group:a'], 1), one(['group:a'], 2), 'tightened', ['quorum']],
		['quorum down', one([], 2), one([], 1), 'loosened', ['quorum']],
		['fewer approvers', one(['group:a', 'group:b']), one(['group:b']), 'tightened', ['approvers']],
		['more approvers', one(['group:b']), one(['group:a', 'group:b']), 'loosened', ['approvers']],
		['anybody → group', one([]), one(['group:a']), 'tightened', ['approvers']],
		['replaced approvers', one(['group:a']), one(['group:b']), 'changed', ['approvers']],
		['fewer approvers, less quorum', one(['group:a', 'group:b'], 2), one(['group:a'], 1), 'changed'],
		['order of approvers', one(['group:a', 'group:b']), one(['group:b', 'group:a']), undefined],
		['one more demand', one(['group:a']), hold([{ approvers: ['group:a'] }, { approvers: ['group:b'] }]), 'tightened'],
		[
			'the same demand twice',
			one(['group:a']),
			hold([{ approvers: ['group:a'] }, { approvers: ['group:a'] }]),
			undefined,
		],
		['shorter timeout', hold([{}]), hold([{}], { timeoutNs: 5 * MINUTE }), 'tightened', ['timeout']],
		['the default, said', hold([{}]), hold([{}], { timeoutNs: 10 * MINUTE, grantNs: 10 * MINUTE }), undefined],
		['longer grant', hold([{}], { grantNs: MINUTE }), hold([{}]), 'loosened', ['grant']],
		[
			'shorter timeout, longer grant',
			hold([{}], { grantNs: MINUTE }),
			hold([{}], { timeoutNs: MINUTE }),
			'changed',
			['timeout', 'grant'],
		],
		['unreached', allow, { line: allow.line, status: 'unreached' }, undefined],
		['kept', { line: allow.line, status: 'kept' }, { line: allow.line, status: 'kept' }, undefined],
	];
	for (const [name, a, b, result, what] of rows) {
		const difference = diffJudgements(a, b);
		t.equal(difference?.class, result, name);
		if (what !== undefined) t.strictSame(difference?.what, what, name);
	}
});

test('a change that also lets more through says so, whatever its class', async (t) => {
	t.equal(diffJudgements(one(['group:a']), one(['group:b']))?.loosens, true, 'replaced approvers');
	const unmasked = diffJudgements(mask('redact', TOKEN), one([]));
	t.match(unmasked, { class: 'tightened', loosens: true }, 'held instead of masked');
	t.equal(diffJudgements(mask('redact', TOKEN), mask('replace', { ...TOKEN, text: '"y"' }))?.loosens, false);
});

test('rule is the strongest reason that only one side has', async (t) => {
	const shared = reason('warn', 'a/shared');
	const a = judged({
		verdict: 'deny',
		reasons: [reason('deny', 'z/closed'), reason('mask', 'b/mask', { path: '$' }), shared],
	});
	const b = judged({ verdict: 'allow', reasons: [shared, reason('warn', 'z/closed', { level: 'shadow' })] });
	t.match(diffJudgements(a, b), { seq: 3, rule: 'z/closed', rules: ['z/closed', 'b/mask'], from: 'deny', to: 'allow' });
	const failed = judged({ verdict: 'deny', code: 'ERR_X' });
	t.match(diffJudgements(failed, allow), { rule: '', rules: [], class: 'loosened' });
	const [m1, m2] = [mask('redact', TOKEN), mask('redact', OTHER)];
	t.match(diffJudgements(m1, m2), { rule: 'm/mask' }, 'the same reason with other bytes');
});

test('a rule that reads what the recording lacks makes it unknown', async (t) => {
	const lacksFacts = (rule: string) => rule === 'a/deny';
	const derived = { ...allow, derived: true as const };
	t.equal(diffJudgements(derived, deny, { lacksFacts })?.class, 'unknown');
	t.equal(diffJudgements(allow, deny, { lacksFacts })?.class, 'tightened');
	t.equal(diffJudgements(derived, derived, { lacksFacts }), undefined);
});

const spans = fc.subarray([TOKEN, OTHER, { start: 9, end: 15 }].slice(0, 2));
const anything = fc.oneof(
	fc.constantFrom(allow, deny),
	fc
		.tuple(fc.constantFrom<MaskOp[]>('partial', 'hash', 'redact', 'replace', 'remove'), spans)
		.map(([op, s]) => mask(op, ...s)),
	fc
		.tuple(
			fc.array(
				fc.record({ approvers: fc.subarray(['group:a', 'group:b', 'user:c']), quorum: fc.integer({ min: 1, max: 3 }) }),
				{
					minLength: 1,
					maxLength: 3,
				},
			),
			fc.constantFrom({}, { timeoutNs: MINUTE }, { grantNs: 20 * MINUTE }),
		)
		.map(([demands, terms]) => hold(demands, terms)),
);
const MIRROR = { loosened: 'tightened', tightened: 'loosened', changed: 'changed', unknown: 'unknown' } as const;

test('a judgement never differs from itself, and the other way round is the mirror', async () => {
	fc.assert(fc.property(anything, (a) => diffJudgements(a, a) === undefined));
	fc.assert(
		fc.property(anything, anything, (a, b) => {
			const [there, back] = [diffJudgements(a, b), diffJudgements(b, a)];
			if (there === undefined || back === undefined) return there === back;
			return (
				back.class === MIRROR[there.class] &&
				back.rule === there.rule &&
				back.from === there.to &&
				back.loosens === there.tightens &&
				back.tightens === there.loosens
			);
		}),
		{ numRuns: 500 },
	);
});
