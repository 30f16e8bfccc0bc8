import { test } from 'tap';
import { describeFrame, describeReason, driftFrom } from '../../../cli/runner/describe.ts';
import { createDetector } from '../../../engine/detect/detector.ts';
import type { Judgement } from '../../../engine/policy/judgement.ts';
import type { FrameLine } from '../../../engine/recording/lines.ts';

const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const none = createDetector({ detectors: [] });

function frame(message: unknown, more: Partial<FrameLine> = {}): FrameLine {
	return { type: 'frame', seq: 1, t: 0, from: 'client', bytes: Buffer.from(JSON.stringify(message)), ...more };
}

const allowed: Judgement = { verdict: 'allow', reasons: [], labels: [], findings: [], splices: [], revision: 'r' };

test('names of frames, findings masked whatever the policy detects', async (t) => {
	t.equal(describeFrame(frame({ method: 'tools/call', params: { name: 'query' } }), none), 'tools/call query');
	t.equal(describeFrame(frame({ id: 1, result: {} }, { answers: 4 }), none), 'result to 4');
	t.equal(describeFrame(frame({ id: 1, error: {} }), none), 'error');
	t.equal(describeFrame(frame([]), none), 'batch');
	t.equal(describeFrame({ ...frame(1), bytes: Buffer.from('{') }, none), 'unreadable');
	t.notMatch(describeFrame(frame({ method: 'tools/call', params: { name: SECRET } }), none), SECRET);
});

test('a message of a rule never shows a finding, nor what was masked', async (t) => {
	const line = frame({ method: 'x', params: { note: 'private words' } });
	const start = line.bytes.indexOf('"private words"');
	const splices = [{ start, end: start + 15, replacement: '"[masked]"', pointer: '/params/note', what: 'path' }];
	const reason = { set: 'warn', rule: 'a/b', level: 'enforce', message: `saw private words and ${SECRET}` } as const;
	const said = describeReason(reason, line, { ...allowed, splices }, none);
	t.match(said, /^a\/b: saw /);
	t.notMatch(said, /private words/);
	t.notMatch(said, SECRET);
});

test('drift: another verdict, or other bytes; line breaks and held frames aside', async (t) => {
	const drift = (
		recorded: Partial<FrameLine>,
		judgement: Judgement,
		delivered: Buffer | null = frame({ a: 1 }).bytes,
	) => driftFrom({ line: frame({ a: 1 }, recorded), status: 'judged', judgement, delivered });
	t.equal(drift({}, allowed), undefined, 'nothing was recorded');
	t.equal(drift({ verdict: 'allow', outcome: 'forwarded' }, allowed), undefined);
	t.match(drift({ verdict: 'deny', code: 'ERR_X' }, allowed), 'was deny ERR_X');
	const masked = { start: 5, end: 6, replacement: '0', pointer: '/a', what: 'path' };
	t.match(drift({ verdict: 'allow', outcome: 'forwarded', delivered: [masked] }, allowed), /other bytes/);
	t.equal(
		drift({ verdict: 'allow', outcome: 'forwarded', delivered: [{ ...masked, what: 'line-break' }] }, allowed),
		undefined,
	);
	t.equal(
		drift({ verdict: 'hold', outcome: 'released', delivered: [masked] }, { ...allowed, verdict: 'hold' }),
		undefined,
	);
});
