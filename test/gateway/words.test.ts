import t from 'tap';
import { createDetector } from '../../engine/detect/detector.ts';
import { maskSplices } from '../../engine/mask/mask.ts';
import { compileMaskPath } from '../../engine/mask/paths.ts';
import { withLineBreaks } from '../../gateway/line-breaks.ts';
import { cleanText, shownText } from '../../gateway/words.ts';
import { call, frameOf } from '../fixtures/frames.ts';

const detector = createDetector({ detectors: ['secrets', 'pii'] });
const key = Buffer.alloc(32, 7);
const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

function masked(json: unknown, ...masks: Parameters<typeof maskSplices>[1][number][]) {
	const frame = frameOf(json);
	return { frame, splices: maskSplices(frame, masks, [], key).splices };
}
const at = (path: string, op = 'redact', more: object = {}) =>
	({ op, path: compileMaskPath(path), ...more }) as Parameters<typeof maskSplices>[1][number];

t.test('no text of ours quotes what was masked, however it was masked', async (t) => {
	const args = { password: 'hunter22', nested: { deep: ['correct horse', 4711_0815] }, keep: 'nothing secret' };
	const say = 'no: hunter22, correct horse, 47110815, nothing secret';
	for (const op of ['redact', 'remove', 'hash', 'partial'] as const) {
		const { frame, splices } = masked(
			call(1, 'x', args),
			at('$.params.arguments.password', op),
			at('$.params.arguments.nested', op),
		);
		const clean = cleanText(say, detector, frame.bytes, splices);
		t.notMatch(clean, /hunter22|correct horse|47110815/, op);
		t.match(clean, /nothing secret/, op);
	}
	const { frame, splices } = masked(call(1, 'x', args), at('$.params.arguments.nested', 'replace', { with: {} }));
	t.notMatch(cleanText(say, detector, frame.bytes, splices), /correct horse|47110815/, 'replace');
});

t.test('spelled otherwise in the frame is the same value, and the longest goes first', async (t) => {
	const spelled = masked(
		'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"p":"h\\u0075nter\\n22"}}}',
		at('$.params.arguments.p'),
	);
	t.equal(cleanText('said hunter\n22', detector, spelled.frame.bytes, spelled.splices), 'said [masked]');
	const two = masked(call(1, 'x', { a: 'hunter', b: 'hunter22' }), at('$.params.arguments.*'));
	t.equal(cleanText('said hunter22', detector, two.frame.bytes, two.splices), 'said [masked]');
	const short = masked(call(1, 'x', { a: 'no' }), at('$.params.arguments.a'));
	t.equal(cleanText('no, nothing', detector, short.frame.bytes, short.splices), 'no, nothing', 'short ones are words');
});

t.test('findings go from every text', async (t) => {
	t.notMatch(cleanText(`it was ${token}`, detector, Buffer.from('{}'), []), token);
});

t.test('approvers see type, length and a tag of what is masked; equal values have equal tags', async (t) => {
	const { frame, splices } = masked(
		call(1, 'x', { a: 'hunter22', b: 'hunter22', c: 'other' }),
		at('$.params.arguments[*]'),
	);
	const { start, end } = frame.params!;
	const shown = shownText(frame.bytes, start, end, splices, key);
	t.notMatch(shown, /hunter|other/);
	const tags = [...shown.matchAll(/\[path, (\d+) bytes, #([0-9a-f]{8})\]/g)];
	t.equal(tags.length, 3);
	t.equal(tags[0]![2], tags[1]![2]);
	t.not(tags[0]![2], tags[2]![2]);
	t.not(shownText(frame.bytes, start, end, splices, Buffer.alloc(32, 8)), shown, 'the tag is keyed');
});

t.test('line breaks that a hop cannot carry become spaces, outside of masked spans', async (t) => {
	const bytes = Buffer.from('{\r\n "a":\n1}\r');
	const apply = (breaks: '' | '\r' | '\r\n', splices: Parameters<typeof withLineBreaks>[0] = []) =>
		withLineBreaks(splices, bytes, breaks).map(({ start, replacement, what }) => [start, replacement, what]);
	t.strictSame(apply(''), []);
	t.strictSame(
		apply('\r').map(([at]) => at),
		[1, 11],
	);
	t.strictSame(
		apply('\r\n'),
		[1, 2, 8, 11].map((at) => [at, ' ', 'line-break']),
	);
	const span = { start: 1, end: 9, replacement: '', pointer: '/a', what: 'path' };
	t.strictSame(apply('\r\n', [span]), [
		[1, '', 'path'],
		[11, ' ', 'line-break'],
	]);
});
