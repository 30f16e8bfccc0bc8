import { test } from 'tap';
import { RecordedPairs } from '../../../engine/diff/recorded-pairs.ts';
import { SessionDiff } from '../../../engine/diff/session-diff.ts';
import type { DifferenceShape } from '../../../engine/diff/tally.ts';
import type { Reason } from '../../../engine/policy/judgement.ts';
import type { CandidateVerdict, FrameLine, RecordingHeader } from '../../../engine/recording/lines.ts';

const principal = { id: 'a', kind: 'agent', issuer: 'i', groups: [], scopes: [], claims: {} } as const;
const header: RecordingHeader = {
	version: 1,
	id: 's',
	started_ns: 0n,
	server: { name: 'db', labels: [], transport: 'stdio' },
	transport: { kind: 'stdio', remote: '' },
	principal,
};
const bytes = Buffer.from(
	'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query","arguments":{"a":"secret"}}}',
);
const at = bytes.indexOf('secret');
const span = { start: at, end: at + 6, replacement: '***', pointer: '/params/arguments/a', what: 'path' };
const mask = (more: Partial<Reason> = {}): Reason => ({
	set: 'mask',
	rule: 'a/m',
	level: 'enforce',
	message: 'm',
	path: '$.params.arguments.a',
	...more,
});
const hold = (more: Partial<Reason> = {}): Reason => ({
	set: 'hold',
	rule: 'a/h',
	level: 'enforce',
	message: 'h',
	...more,
});

type Live = Partial<FrameLine>;
type Said = Omit<CandidateVerdict, 'revision'>;

function differenceOf(live: Live, said: Said | undefined): DifferenceShape | undefined {
	const candidate = said === undefined ? {} : { candidate: { revision: 'next', ...said } };
	const line: FrameLine = {
		type: 'frame',
		seq: 1,
		t: 0,
		from: 'client',
		bytes,
		revision: 'now',
		...live,
		...candidate,
	};
	const diff = new SessionDiff(header, { lacksFacts: () => true });
	const pair = new RecordedPairs().next(line);
	if (pair !== undefined) diff.add(pair);
	const { shapes, groups } = diff.tally('s');
	if (shapes.length > 0) for (const group of groups) if (!group.tools.includes('query')) throw new Error('no tool');
	return shapes[0];
}

test('what the candidate said is compared as `diff` compares', async (t) => {
	const rows: [what: string, live: Live, said: Said | undefined, difference: string | undefined][] = [
		['the same', { verdict: 'allow' }, { verdict: 'allow' }, undefined],
		['it did not see it', { verdict: 'deny' }, undefined, undefined],
		['it would not have asked', { verdict: 'allow' }, {}, undefined],
		['the gateway refused it', { verdict: 'deny', by: 'gateway' }, { verdict: 'allow' }, undefined],
		['looser', { verdict: 'deny' }, { verdict: 'allow' }, 'loosened deny → allow'],
		['tighter', { verdict: 'allow' }, { verdict: 'hold', reasons: [hold()] }, 'tightened allow → hold'],
		[
			'less quorum',
			{ verdict: 'hold', reasons: [hold({ quorum: 2 })] },
			{ verdict: 'hold', reasons: [hold()] },
			'loosened quorum weakened',
		],
		[
			'shorter',
			{ verdict: 'hold', reasons: [hold()] },
			{ verdict: 'hold', reasons: [hold({ timeout: '1m' })] },
			'tightened timeout shorter',
		],
		[
			'the same masks',
			{ verdict: 'mask', reasons: [mask()], delivered: [span] },
			{ verdict: 'mask', reasons: [mask()], splices: [span] },
			undefined,
		],
		[
			'line breaks are the wire’s',
			{ verdict: 'allow', delivered: [{ start: 0, end: 0, replacement: ' ', pointer: '', what: 'line-break' }] },
			{ verdict: 'allow' },
			undefined,
		],
		[
			'other masks',
			{ verdict: 'mask', reasons: [mask()], delivered: [span] },
			{ verdict: 'mask', reasons: [mask({ op: 'remove' })], splices: [{ ...span, replacement: '' }] },
			'tightened mask strengthened',
		],
		[
			'an older recording with the same masks',
			{ verdict: 'mask', reasons: [mask()], delivered: [span] },
			{ verdict: 'mask', reasons: [mask()] },
			undefined,
		],
		[
			'an older recording with others: nobody knows',
			{ verdict: 'mask', reasons: [mask()], delivered: [span] },
			{ verdict: 'mask', reasons: [mask({ path: '$.params.x' })] },
			'unknown mask changed',
		],
		[
			'an older recording: masks that only the candidate has, under a hold',
			{ verdict: 'hold', reasons: [hold()] },
			{ verdict: 'hold', reasons: [hold(), mask()] },
			'unknown mask changed',
		],
		[
			'an older recording: the verdict says it',
			{ verdict: 'allow' },
			{ verdict: 'mask', reasons: [mask()] },
			'tightened mask added',
		],
		[
			'an older recording: nothing is delivered',
			{ verdict: 'deny' },
			{ verdict: 'deny', reasons: [mask()] },
			undefined,
		],
	];
	for (const [what, live, said, difference] of rows) {
		const found = differenceOf(live, said);
		t.equal(found && `${found.class} ${found.kind}`, difference, what);
	}
});
