import { test } from 'tap';
import { findingCover } from '../../../engine/cover.ts';
import { createDetector } from '../../../engine/detect/detector.ts';
import type { FrameLine } from '../../../engine/recording/lines.ts';
import { viewLine } from '../../../gateway/admin/session-view.ts';

// put together here, so that no scanner takes the file for a leak
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const cover = findingCover(createDetector({ detectors: ['secrets', 'pii'] }));
const frame = (text: string, more: Partial<FrameLine> = {}): FrameLine => ({
	type: 'frame',
	seq: 1,
	t: 0,
	from: 'server',
	bytes: Buffer.from(text),
	...more,
});

test('all that a detector finds is covered, all else stays byte for byte', async (t) => {
	const view = viewLine(frame(`{"jsonrpc":"2.0", "id":1,"result":{"t":"x ${TOKEN} y","n":1e2}}`), cover);
	t.same(view.delivered, {
		text: '{"jsonrpc":"2.0", "id":1,"result":{"t":"x [masked:secret/github-token] y","n":1e2}}',
	});
	t.same(view.covered, ['secret/github-token']);
	const escaped = viewLine(frame(`{"jsonrpc":"2.0","id":1,"result":{"t":"${TOKEN.replace('_', '\\u005f')}"}}`), cover);
	t.same(escaped.delivered, { text: '{"jsonrpc":"2.0","id":1,"result":{"t":"[masked:secret/github-token]"}}' });
	t.same(viewLine(frame('{"jsonrpc":"2.0","method":"ping","id":1}'), cover).covered, undefined);
});

test('batches', async (t) => {
	const member = (id: number) => `{"jsonrpc":"2.0","id":${id},"result":{"t":"${TOKEN}"}}`;
	const view = viewLine(frame(`[${member(1)}, ${member(2)}]`), cover);
	t.notMatch(JSON.stringify(view), TOKEN);
	t.match(view.delivered, { text: /"id":1,.*masked.*, .*"id":2,.*masked/ });
});

test('what cannot be searched, or hides a secret in the envelope, is withheld', async (t) => {
	t.match(viewLine(frame(`{"t":"${TOKEN}"`), cover).delivered, { withheld: String });
	const id = viewLine(frame(`{"jsonrpc":"2.0","id":"${TOKEN}","result":{}}`), cover);
	t.notMatch(JSON.stringify(id), TOKEN);
	const email = viewLine(frame('{"jsonrpc":"2.0","id":"bob@example.com","result":{}}'), cover);
	t.match(email.delivered, { withheld: String });
});

test('a release shows the held frame as it was let go', async (t) => {
	const held = frame('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"abcd"}}', {
		delivered: null,
		verdict: 'hold',
	});
	const release = {
		type: 'rejudge',
		seq: 2,
		t: 1,
		rejudges: 1,
		verdict: 'mask',
		reasons: [],
		labels: [],
		revision: 'r',
		outcome: 'released',
	} as const;
	t.same(viewLine(held, cover).delivered, null);
	t.same(viewLine(release, cover, { held }).delivered, { text: held.bytes.toString() });
	const start = held.bytes.indexOf('abcd');
	const splices = [{ start, end: start + 4, replacement: 'ab', pointer: '/params/name', what: 'path' }];
	const masked = viewLine({ ...release, delivered: splices }, cover, { held });
	t.match(masked.delivered, { text: /"name":"ab"/ });
	t.same(masked.masked, [{ pointer: '/params/name', what: 'path' }]);
	t.notOk('splices' in masked);
});

test('received bytes only where asked for, text or not', async (t) => {
	const bytes = Buffer.from([0xff, 0x00]);
	t.notOk('received' in viewLine({ ...frame(''), bytes }, cover));
	t.same(viewLine({ ...frame(''), bytes }, cover, { received: true }).received, { base64: '/wA=' });
	t.same(viewLine(frame(TOKEN), cover, { received: true }).received, { text: TOKEN });
});

test('words about a frame are searched too; overlapping findings are one', async (t) => {
	t.equal(cover.text(`is ${TOKEN}.`), 'is [masked:secret/github-token].');
	const jwt = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${Buffer.from('{"sub":"1234567890"}').toString('base64url')}.${'s'.repeat(43)}`;
	const said = cover.text(`Authorization: Bearer ${jwt} and bob@example.com`);
	t.notMatch(said, /sssss|eyJ|bob/);
	t.equal(said.split('[masked:').length - 1, 2);
	t.match(said, /^Authorization: .*\[masked:secret\/[a-z-]+\] and \[masked:pii\/email\]$/);
	const view = viewLine(
		{ type: 'event', seq: 1, t: 0, event: 'vote', detail: { votes: [{ reason: TOKEN, at: 5n }] } },
		cover,
	);
	t.same(view.detail, { votes: [{ reason: '[masked:secret/github-token]', at: 5n }] });
});
