import t from 'tap';
import { agree, rulesOf } from '../../bench/engine/agree.ts';
import { floor } from '../../bench/engine/floor.ts';
import { FRAME_BYTES, quietCall, remarkableCalls, unruledRequest } from '../../bench/engine/frame.ts';
import { DATA } from '../../bench/engine/rules.ts';
import { variedInputs } from '../../bench/engine/varied.ts';

const parsed = (input: Buffer) => JSON.parse(input.toString('utf8'));

t.test('the measured frames are of one size', async (t) => {
	for (const { message } of [quietCall(), unruledRequest()]) {
		t.equal(message.members[0]!.frame.bytes.length, FRAME_BYTES);
	}
});

t.test('the hand-written rules have nothing to say of the quiet call, and much of the others', async (t) => {
	t.strictSame(floor(parsed(quietCall().input), DATA), { labels: [], malformed: [], reasons: [] });
	const said = remarkableCalls().flatMap(({ input }) => rulesOf(floor(parsed(input), DATA)));
	t.ok(new Set(said).size >= 10, String(said));
});

t.test('engines agree whatever order they answer in, and otherwise do not', async (t) => {
	const one = { reasons: [{ rule: 'a/b', set: 'deny' }, { rule: 'c/d' }], labels: [], malformed: [] };
	const other = { labels: [], malformed: [], reasons: [{ rule: 'c/d' }, { set: 'deny', rule: 'a/b' }] };
	agree('it', other, one);
	t.throws(() => agree('it', { ...other, reasons: [{ rule: 'c/d' }] }, one), /it does not decide/);
});

t.test('no input of a long run is like another', async (t) => {
	const inputs = variedInputs();
	const seen = new Set<string>();
	for (let i = 0; i < 50; i++) {
		const text = inputs.at(i).toString('utf8');
		JSON.parse(text);
		seen.add(text);
	}
	t.equal(seen.size, 50);
});
