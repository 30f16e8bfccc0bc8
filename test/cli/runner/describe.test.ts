import { test } from 'tap';
import { coverBy, describeFrame, describeReason, driftFrom, whyKept } from '../../../cli/runner/describe.ts';
import { createDetector } from '../../../engine/detect/detector.ts';
import { splice } from '../../../engine/mask/splice.ts';
import type { Judgement } from '../../../engine/policy/judgement.ts';
import type { FrameLine } from '../../../engine/recording/lines.ts';

const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const none = coverBy(createDetector({ detectors: [] }));

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

test('drift: tags of `hash` masks are not compared; what was delivered counts without an outcome', async (t) => {
	const line = frame({ a: 'private' });
	const start = line.bytes.indexOf('private');
	const hashed = (tag: string, start_ = start) => ({
		start: start_,
		end: start + 7,
		replacement: `[masked:pii/email:${tag}]`,
		pointer: '/a',
		what: 'pii/email',
	});
	const drift = (tag: string, outcome?: FrameLine['outcome']) => {
		const splices = [hashed(tag)];
		const recorded: FrameLine = {
			...line,
			verdict: 'mask',
			delivered: [hashed('00000000')],
			...(outcome && { outcome }),
		};
		const judgement: Judgement = { ...allowed, verdict: 'mask', splices };
		return driftFrom({ line: recorded, status: 'judged', judgement, delivered: splice(line.bytes, splices) });
	};
	t.equal(drift('0123abcd', 'forwarded'), undefined);
	t.match(drift('0123abcx', 'forwarded'), /other bytes/, 'that is no tag');
	t.equal(drift('00000000'), undefined);
	t.match(drift('0123abcx'), /other bytes/, 'a file edited by hand need not say what became of it');
});

test('why the gateway itself refuses a frame', async (t) => {
	t.equal(whyKept(frame({}, { by: 'gateway', code: 'ERR_X' })), 'ERR_X');
	t.match(whyKept({ ...frame({}), bytes: Buffer.from('{') }), /^ERR_FRAME_JSON, /);
	t.match(whyKept(frame({ jsonrpc: '2.0', id: 1, result: {} })), /answers no request/);
});
