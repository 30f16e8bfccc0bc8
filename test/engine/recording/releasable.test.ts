import { test } from 'tap';
import { Releasable } from '../../../engine/recording/releasable.ts';
import { SessionParser } from '../../../engine/recording/session-file.ts';

const MIB = 1024 * 1024;

test('of frames that nobody says anything of the last ones are kept', async (t) => {
	const frames = new Releasable();
	for (let seq = 1; seq <= 1000; seq++) frames.add(seq, Buffer.alloc(MIB / 16, seq % 251), undefined);
	const kept = Array.from({ length: 1000 }, (_, i) => i + 1).filter((seq) => frames.get(seq) !== undefined);
	t.equal(kept.length, 8 * 16, '8 MiB of them');
	t.equal(kept.at(-1), 1000);
	t.equal(kept[0], 1000 - kept.length + 1);
	t.ok(frames.get(1000)?.equals(Buffer.alloc(MIB / 16, 1000 % 251)));
});

test('held frames do not make way for others, and are bounded themselves', async (t) => {
	const frames = new Releasable();
	frames.add(1, Buffer.alloc(10), 'hold');
	for (let seq = 2; seq <= 50; seq++) frames.add(seq, Buffer.alloc(MIB), undefined);
	t.ok(frames.get(1));
	for (let seq = 51; seq <= 120; seq++) frames.add(seq, Buffer.alloc(MIB), 'hold');
	t.notOk(frames.get(1));
	t.ok(frames.get(120));
});

test('a frame larger than all room is kept as the last one', async (t) => {
	const frames = new Releasable();
	frames.add(1, Buffer.alloc(MIB), undefined);
	frames.add(2, Buffer.alloc(20 * MIB), undefined);
	t.same([frames.get(1), frames.get(2)?.length], [undefined, 20 * MIB]);
});

test('what is decided is not kept, and a new session begins without any', async (t) => {
	const frames = new Releasable();
	for (const [i, verdict] of ['allow', 'mask', 'deny', 'hold', undefined].entries()) {
		frames.add(i, Buffer.alloc(1), verdict);
	}
	t.same(
		[0, 1, 2, 3, 4].map((seq) => frames.get(seq) !== undefined),
		[false, false, false, true, true],
	);
	frames.clear();
	t.same([frames.get(3), frames.get(4)], [undefined, undefined]);
});

test('a release that says what was delivered of a frame of long ago is told how to say it', async (t) => {
	const parser = new SessionParser('long.session.jsonl');
	const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x'.repeat(MIB) } });
	const release = (seq: number, rejudges: number) =>
		JSON.stringify({
			seq,
			rejudges,
			verdict: 'mask',
			outcome: 'released',
			delivered: { text: text.replace('xx', 'x') },
		});
	parser.line('{"sluice":"session","version":1}');
	for (let seq = 1; seq <= 20; seq++) parser.line(JSON.stringify({ seq, from: 'client', text }));
	t.match(parser.line(release(21, 20)).line, { delivered: [{ replacement: '' }] });
	t.throws(() => parser.line(release(22, 1)), { code: 'ERR_SESSION_FILE', help: 'give `splices` instead' });
});
