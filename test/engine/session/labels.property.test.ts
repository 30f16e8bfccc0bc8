import fc from 'fast-check';
import t from 'tap';
import { BOUNDS } from '../../../engine/session/bounds.ts';
import { Labels } from '../../../engine/session/labels.ts';

const steps = fc.array(
	fc.record({
		wait: fc.nat(30),
		label: fc.constantFrom('a', 'b', 'c', 'd'),
		for: fc.option(fc.nat(100), { nil: undefined, freq: 8 }),
		cut: fc.boolean(),
	}),
	{ maxLength: 100 },
);

t.test('in force is what some setting of it still covers', async (t) => {
	fc.assert(
		fc.property(steps, (script) => {
			let labels = new Labels();
			const settings: { label: string; until: number }[] = [];
			let now = 0;
			for (const step of script) {
				now += step.wait;
				labels.set(step.label, now, step.for);
				settings.push({ label: step.label, until: step.for === undefined ? Number.POSITIVE_INFINITY : now + step.for });
				if (step.cut) labels = Labels.from(JSON.parse(JSON.stringify(labels.entries(now))));
				for (const at of [now, now + 7]) {
					const expected = [...new Set(settings.filter(({ until }) => at < until).map(({ label }) => label))].sort();
					if (JSON.stringify(labels.at(at)) !== JSON.stringify(expected)) return false;
					if (expected.some((label) => !labels.has(label, at))) return false;
				}
			}
			return true;
		}),
		{ numRuns: 300 },
	);
	t.pass();
});

t.test('a label is prolonged, never shortened', async (t) => {
	const labels = new Labels();
	labels.set('a', 0, 100);
	labels.set('a', 10, 20);
	t.strictSame(labels.at(99), ['a'], 'a shorter one does not shorten it');
	labels.set('a', 50, 100);
	t.strictSame(labels.at(149), ['a'], 'a later end counts');
	t.strictSame(labels.at(150), []);
	labels.set('a', 200);
	labels.set('a', 201, 1);
	t.strictSame(labels.at(1e15), ['a'], 'without an end it stays');
});

t.test('labels that are over make room', async (t) => {
	const labels = new Labels();
	for (let i = 0; i < BOUNDS.labels; i++) labels.set(`short ${i}`, 0, 10);
	labels.set('one more', 5);
	t.notOk(labels.has('one more', 5), 'no room');
	labels.set('short 0', 5, 10);
	t.ok(labels.has('short 0', 14), 'what is there can be prolonged');
	labels.set('one more', 20);
	t.strictSame(labels.at(20), ['one more']);
});
