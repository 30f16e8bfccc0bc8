import t from 'tap';
import { createDetector } from '../../engine/detect/detector.ts';
import { type JudgeOptions, judge } from '../../engine/judge.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { createRuleIndex } from '../../engine/policy/rule-index.ts';
import { SessionState } from '../../engine/session/state.ts';
import { apply } from '../../engine/step.ts';
import { agent, call, messageIn, origin, request, result } from '../fixtures/frames.ts';
import { reason, type StubDecision, stubPolicy } from '../fixtures/house.ts';

const options: JudgeOptions = { hashKey: Buffer.alloc(32, 1), inputLimit: 1_000_000 };
const facts = { t: 5, principal: agent };
const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const HIDE = reason('mask', 'a/secrets', { finding: 'secret/*' });

function judged(
	policy: Policy,
	json: unknown,
	from: 'client' | 'server' = 'client',
	state = new SessionState(origin),
	limits = options,
) {
	return judge(policy, state, messageIn(state, from, json).members[0]!, 3, facts, limits);
}
const saying = (decision: StubDecision) => stubPolicy(() => decision);

t.test('a mask that matches nothing adds no reason and no verdict', async (t) => {
	const policy = saying({ reasons: [HIDE, reason('mask', 'a/path', { path: '$.params.arguments.password' })] });
	t.match(judged(policy, call(1, 'x', { a: 1 })), { verdict: 'allow', reasons: [], splices: [] });
	t.match(judged(policy, call(1, 'x', { a: token })), { verdict: 'mask', reasons: [{ rule: 'a/secrets' }] });
	const both = judged(policy, call(1, 'x', { a: token, password: 'hunter22' }));
	t.strictSame(
		both.reasons.map(({ rule }) => rule),
		['a/path', 'a/secrets'],
	);
	t.equal(both.splices.length, 2);
});

t.test('in shadow and under an exception, too, a mask that matches nothing adds no reason', async (t) => {
	const shadow = { level: 'shadow' };
	const policy = saying({
		reasons: [
			reason('mask', 'a/secrets', { finding: 'secret/*', ...shadow }),
			reason('mask', 'a/path', { path: '$.params.arguments.password', ...shadow }),
			reason('mask', 'a/live', { path: '$.params.arguments.b' }),
		],
	});
	t.match(judged(policy, call(1, 'x', { a: 1 })), { verdict: 'allow', reasons: [], splices: [] });
	const hit = judged(policy, call(1, 'x', { a: token }));
	t.match(hit, { verdict: 'allow', splices: [] });
	t.strictSame(
		hit.reasons.map(({ rule, set, was }) => [rule, set, was]),
		[['a/secrets', 'warn', 'mask']],
	);
	t.match(judged(policy, call(1, 'x', { password: 'p', b: 'c' })), {
		verdict: 'mask',
		splices: [{ pointer: '/params/arguments/b' }],
	});
});

t.test('a computed path that masks cannot use denies and names the rule; the other reasons stay', async (t) => {
	for (const path of ['$.params[', '$.id', '$.params.cursor', '$..secret-word']) {
		const policy = saying({
			reasons: [
				reason('mask', 'a/path', { path }),
				reason('warn', 'a/warn'),
				reason('mask', 'a/b', { path: '$.params.name' }),
			],
			labels: [],
		});
		const denied = judged(policy, call(1, 'x', { a: 1 }));
		t.match(denied, { verdict: 'deny', code: 'ERR_RULE_MALFORMED', splices: [{ pointer: '/params/name' }] }, path);
		t.strictSame(
			denied.reasons.map(({ set, rule }) => `${set} ${rule}`),
			['deny a/path', 'mask a/b', 'warn a/warn'],
		);
		t.notMatch(denied.reasons[0]!.message, 'secret-word');
	}
});

t.test('masks apply whatever the verdict is: a deny quotes nothing that they cover', async (t) => {
	const denied = judged(saying({ reasons: [HIDE, reason('deny', 'a/no')] }), call(1, 'x', { a: token }));
	t.match(denied, { verdict: 'deny', splices: [{ what: 'secret/github-token' }] });
	const held = judged(saying({ reasons: [HIDE, reason('hold', 'a/ask')] }), call(1, 'x', { a: token }));
	t.match(held, { verdict: 'hold', hold: { demands: [{ rule: 'a/ask' }] }, splices: [{}] });
});

t.test('a hold on what nobody can hold is a deny with its own code', async (t) => {
	const policy = saying({ reasons: [reason('hold', 'a/ask')] });
	for (const method of ['initialize', 'ping', 'server/discover', 'subscriptions/listen', 'tasks/get', 'tasks/result']) {
		const { verdict, code, hold } = judged(policy, request(1, method));
		t.match({ verdict, code }, { verdict: 'deny', code: 'ERR_HOLD_IMPOSSIBLE' }, method);
		t.equal(hold, undefined);
	}
	t.match(judged(policy, { jsonrpc: '2.0', method: 'notifications/progress' }), { code: 'ERR_HOLD_IMPOSSIBLE' });
	for (const method of ['tools/call', 'resources/read', 'vendor/unknown']) {
		t.equal(judged(policy, request(1, method, { name: 'x' })).verdict, 'hold', method);
	}
	t.equal(judged(policy, request(1, 'ping'), 'server').verdict, 'hold', 'any request of a server');
	const state = new SessionState(origin);
	apply(state, messageIn(state, 'client', call(1, 'x')), 1, 0, { verdict: 'allow', labels: [] });
	t.match(judged(policy, result(1, {}), 'server', state), { verdict: 'deny', code: 'ERR_HOLD_IMPOSSIBLE' });
});

t.test('a secret where the protocol stands is a deny, and path masks still count', async (t) => {
	const policy = saying({ reasons: [HIDE, reason('mask', 'a/path', { path: '$.params.word' })] });
	const denied = judged(policy, request(1, 'tools/list', { cursor: token, word: 'hunter22' }));
	t.match(denied, { verdict: 'deny', code: 'ERR_MASK_PROTECTED', message: /\/params\/cursor/ });
	t.notMatch(denied.message, token);
	t.strictSame(
		denied.splices.map(({ pointer }) => pointer),
		['/params/word'],
	);
});

t.test('a finding type that nobody detects is malformed; one that is switched off is not', async (t) => {
	const unknown = judged(saying({ reasons: [reason('mask', 'a/b', { finding: 'secret/nope' })] }), call(1, 'x'));
	t.match(unknown, { verdict: 'deny', code: 'ERR_RULE_MALFORMED', reasons: [{ rule: 'a/b', message: /no detector/ }] });
	const off = {
		...saying({ reasons: [reason('mask', 'a/b', { finding: 'pii/*' })] }),
		detector: createDetector({ detectors: [] }),
	};
	t.match(judged(off, call(1, 'x')), { verdict: 'allow', reasons: [] });
});

t.test('malformed members deny and are named; what is too large is not evaluated', async (t) => {
	const malformed = judged(
		saying({ malformed: [{ rule: 'a/b', set: 'deny', why: 'a member is a number' }] }),
		call(1, 'x'),
	);
	t.match(malformed, { verdict: 'deny', code: 'ERR_RULE_MALFORMED', reasons: [{ rule: 'a/b', set: 'deny' }] });
	let asked = 0;
	const policy = stubPolicy(() => {
		asked++;
		return {};
	});
	const small = { ...options, inputLimit: 500 };
	t.match(judged(policy, call(1, 'x', { a: 'y'.repeat(500) }), 'client', undefined, small), {
		verdict: 'deny',
		code: 'ERR_EVALUATION_INPUT_SIZE',
	});
	t.equal(asked, 0);
});

t.test('no failure of anything that judging rests on is an allow', async (t) => {
	const fail = () => {
		throw new Error('a fault');
	};
	const real = saying({ reasons: [HIDE] });
	const state = () => new SessionState(origin);
	const broken = (name: string) => {
		const broke = state();
		Object.defineProperty(broke, name, { value: fail });
		return broke;
	};
	const evaluating = (decision: unknown): Policy => ({
		...real,
		evaluator: { evaluate: () => ({ ok: true, decision }), close() {} },
	});
	const faults: Record<string, readonly [Policy, SessionState?, JudgeOptions?]> = {
		'the detector throws': [{ ...real, detector: { ...real.detector, detect: fail } }],
		'the detector throws, for masks only': [
			{ ...real, partsRead: () => new Set(), detector: { ...real.detector, detect: fail } },
		],
		'the index throws': [{ ...real, index: { ...real.index, groupsFor: fail } }],
		'nobody knows what is read': [{ ...real, partsRead: fail }],
		'the facts throw: labels': [real, broken('labels')],
		'the facts throw: calls': [real, broken('calls')],
		'the facts throw: tool': [real, broken('tool')],
		'the facts throw: recent': [real, broken('ownRecent')],
		'the evaluator throws': [{ ...real, evaluator: { evaluate: fail, close() {} } }],
		'the evaluator fails': [
			{ ...real, evaluator: { evaluate: () => ({ ok: false, code: 'ERR_EVALUATION_TRAP', message: '' }), close() {} } },
		],
		'the evaluator answers nothing': [{ ...real, evaluator: { evaluate: () => undefined as never, close() {} } }],
		'an exception cannot be matched': [
			{ ...real, exceptions: [{ rule: '*', until: '', untilNs: 0n, reason: '', applies: fail }] },
		],
		'a mask path that is none': [
			evaluating({ reasons: [reason('mask', 'a/b', { path: '$..[' })], labels: [], malformed: [] }),
		],
		'a mask path to the envelope': [
			evaluating({ reasons: [reason('mask', 'a/b', { path: '$.method' })], labels: [], malformed: [] }),
		],
		'a duration that is none': [
			evaluating({ reasons: [reason('hold', 'a/b', { timeout: 'soon' })], labels: [], malformed: [] }),
		],
		'a label for a time that is none': [
			evaluating({
				reasons: [],
				labels: [{ rule: 'a/b', level: 'enforce', label: 'x', for: 'soon' }],
				malformed: [],
			}),
		],
		'malformed is no list of objects': [evaluating({ reasons: [], labels: [], malformed: [null] })],
		'no hash key': [
			evaluating({ reasons: [{ ...HIDE, op: 'hash' }], labels: [], malformed: [] }),
			state(),
			{ ...options, hashKey: undefined as never },
		],
	};
	const codes: Record<string, string | undefined> = {};
	for (const [what, [policy, facts, limits]] of Object.entries(faults)) {
		const judgement = judged(policy, call(1, 'x', { a: token }), 'client', facts ?? state(), limits ?? options);
		t.equal(judgement.verdict, 'deny', what);
		t.match(judgement.code, /^ERR_/, what);
		t.equal(judgement.revision, 'stub', what);
		codes[what] = judgement.code;
	}
	t.equal(codes['the evaluator fails'], 'ERR_EVALUATION_TRAP');
	for (const decision of [
		undefined,
		null,
		1,
		'',
		[],
		{},
		{ reasons: [] },
		{ reasons: {}, labels: [], malformed: [] },
	]) {
		t.match(judged(evaluating(decision), call(1, 'x')), { verdict: 'deny', code: 'ERR_DECISION_MALFORMED' });
	}
});

t.test('a frame that no rule can touch is not evaluated, and too large all the same', async (t) => {
	let asked = 0;
	const policy: Policy = {
		...stubPolicy(() => {
			asked++;
			return {};
		}),
		index: createRuleIndex([{ id: 'a/b', touches: [{ from: ['server'] }] }]),
		partsRead: () => new Set(),
	};
	const limits = { ...options, inputLimit: 4_000 };
	t.match(judged(policy, call(1, 'x', { a: 'x'.repeat(1_000) }), 'client', undefined, limits), { verdict: 'allow' });
	t.match(judged(policy, call(1, 'x', { a: 'x'.repeat(3_000) }), 'client', undefined, limits), {
		verdict: 'deny',
		code: 'ERR_EVALUATION_INPUT_SIZE',
	});
	t.equal(asked, 0);
	const notification = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } };
	judged(policy, notification, 'server');
	t.equal(asked, 1);
});
