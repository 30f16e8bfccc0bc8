import t from 'tap';
import type { Frame } from '../../../engine/frame/frame.ts';
import { DEFAULT_LIMITS } from '../../../engine/frame/limits.ts';
import { confusedWith, ENVELOPE_MEMBERS, META_MEMBERS, PARAMS_MEMBERS } from '../../../engine/frame/members.ts';
import { policyText } from '../../../engine/frame/policy-text.ts';
import { readFrames } from '../../../engine/frame/read.ts';

function frames(text: string, batches = false): readonly Frame[] {
	const read = readFrames(Buffer.from(text), { limits: DEFAULT_LIMITS, batches });
	if (!read.ok) throw new Error(`${read.refusal.code} ${read.refusal.message}`);
	return read.frames;
}

function one(text: string): Frame {
	return frames(text)[0] as Frame;
}

t.test('the four kinds', async (t) => {
	t.match(one('{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"a"}}'), {
		kind: 'request',
		id: '7',
		method: 'tools/call',
		params: { type: 'object', start: 55 },
	});
	const notification = one('{"jsonrpc":"2.0","method":"notifications/initialized"}');
	t.match(notification, { kind: 'notification' });
	t.notOk('id' in notification);
	t.match(one('{"jsonrpc":"2.0","id":"7","result":{}}'), { kind: 'result', id: '"7"' });
	t.match(one('{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"no"}}'), { kind: 'error', id: '7' });
});

t.test('one id has one token, whatever its escapes', async (t) => {
	t.equal(
		one('{"jsonrpc":"2.0","id":"\\u00e9\\u002f","method":"ping"}').id,
		one('{"jsonrpc":"2.0","id":"é/","method":"ping"}').id,
	);
	t.equal(one('{"jsonrpc":"2.0","id":123456789012345678901,"method":"ping"}').id, '123456789012345678901');
});

t.test('a batch keeps offsets into the whole', async (t) => {
	const text =
		'[{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":"\\ud800"}}, {"jsonrpc":"2.0","id":2,"method":"b"}]';
	const [first, second] = frames(text, true) as [Frame, Frame];
	t.equal(text.slice(second.root.start, second.root.end), '{"jsonrpc":"2.0","id":2,"method":"b"}');
	t.same(first.loneSurrogates, [text.indexOf('\\ud800')]);
	t.same(second.loneSurrogates, []);
});

t.test('confusable is what a lenient reader would take for a member, and nothing else', async (t) => {
	for (const key of [
		'METHOD',
		'm\u0000ethod',
		'meth\u00adod',
		'\uff4dethod',
		'ID',
		'\u0130d',
		'para\u1d50s',
		'\ufeffresult',
	]) {
		t.ok(confusedWith(key, ENVELOPE_MEMBERS), JSON.stringify(key));
	}
	for (const key of ['methods', 'm-ethod', 'm ethod', 'mеthod', 'meta', 'Name', '__proto__', 'constructor', '']) {
		t.notOk(confusedWith(key, ENVELOPE_MEMBERS), JSON.stringify(key));
	}
	t.equal(confusedWith('NAME', PARAMS_MEMBERS), 'name');
	t.equal(confusedWith('_META', PARAMS_MEMBERS), '_meta');
	t.equal(confusedWith('progre\u017fsToken', META_MEMBERS), 'progressToken');
	t.notOk(confusedWith('io.modelcontextprotocol/whatever', META_MEMBERS));
	t.notOk(confusedWith('example.com/ProgressToken', META_MEMBERS));
	for (const set of [ENVELOPE_MEMBERS, PARAMS_MEMBERS, META_MEMBERS])
		for (const key of set) t.notOk(confusedWith(key, set));
});

t.test('policy sees U+FFFD for half a pair, in a copy', async (t) => {
	const frame = one('{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":"\\ud800ä\\udfff","y":"\\ud83d\\ude00"}}');
	const node = frame.params;
	if (node?.type !== 'object') throw new Error('no params');
	t.same(JSON.parse(policyText(frame, node).toString()), { x: '\ufffdä\ufffd', y: '\u{1f600}' });
	t.equal(policyText(frame, node).length, node.end - node.start);
	t.match(frame.bytes.toString(), '\\ud800');
	const untouched = policyText(frame, node.members[1]?.value as typeof node);
	t.equal(untouched.buffer, frame.bytes.buffer);
});

t.test('messages name members, never values', async (t) => {
	const read = readFrames(Buffer.from('{"jsonrpc":"2.0","id":{"hunter2":1},"method":"ping"}'), {
		limits: DEFAULT_LIMITS,
		batches: false,
	});
	t.match(read, { ok: false, refusal: { code: 'ERR_FRAME_ID', offset: 22 } });
	t.notMatch(JSON.stringify(read), 'hunter2');
});

t.test('a message with an envelope of its own is in no batch', async (t) => {
	const modern = `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}`;
	const read = (text: string) => readFrames(Buffer.from(text), { limits: DEFAULT_LIMITS, batches: true });
	t.match(read(`[${modern}]`), { ok: false, refusal: { code: 'ERR_FRAME_BATCH', message: /stands alone/ } });
	t.match(read(modern), { ok: true });
});
