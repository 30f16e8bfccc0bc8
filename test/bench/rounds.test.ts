import t from 'tap';
import { measure, quantile } from '../../bench/engine/rounds.ts';

t.test('everyone is measured in every round, and another one begins each', async (t) => {
	const calls: string[] = [];
	const subject = (name: string, share = 1) => ({ name, share, run: () => void calls.push(name) });
	const subjects = { a: subject('a'), b: subject('b', 0.5), c: { ...subject('c'), awaited: true } };
	const found = await measure(subjects, { rounds: 2, calls: 2, warmUp: 2 }, () => {});
	t.equal(calls.join(''), 'aabcc aabcc bccaa'.replaceAll(' ', ''));
	t.strictSame(Object.keys(found), ['a', 'b', 'c']);
	for (const rounds of Object.values(found)) {
		t.equal(rounds.length, 2);
		for (const { p50, p99 } of rounds) t.ok(p50 >= 0 && p99 >= p50);
	}
});

t.test('quantiles', async (t) => {
	const values = Array.from({ length: 100 }, (_, i) => 99 - i);
	t.strictSame(
		[0, 0.1, 0.5, 0.99, 1].map((q) => quantile(values, q)),
		[0, 10, 50, 99, 99],
	);
	t.ok(Number.isNaN(quantile([], 0.5)));
});
