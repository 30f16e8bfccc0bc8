import fc from 'fast-check';
import t from 'tap';
import { Window } from '../../../engine/session/window.ts';

const SPAN = 1000;

/** Every moment that was ever added. */
class Naive {
	readonly #at: number[] = [];
	add(at: number): void {
		this.#at.push(at);
	}
	/** After `now - span`. */
	count(now: number, span = SPAN): number {
		return this.#at.filter((at) => at > now - span).length;
	}
}

const steps = fc.array(fc.record({ wait: fc.nat(120), many: fc.nat(4), look: fc.boolean() }), { maxLength: 200 });

/** So many that they have to be joined. */
const dense = fc.array(fc.record({ wait: fc.nat(40), many: fc.nat(4), look: fc.boolean() }), {
	minLength: 50,
	maxLength: 200,
});

t.test('as exact as keeping everything, as long as there are few moments', async (t) => {
	fc.assert(
		fc.property(steps, (script) => {
			const window = new Window(SPAN);
			const naive = new Naive();
			let now = 0;
			for (const { wait, many, look } of script) {
				now += wait;
				for (let i = 0; i < many; i++) {
					window.add(now);
					naive.add(now);
				}
				if (look && window.count(now) !== naive.count(now)) return false;
			}
			return window.count(now) === naive.count(now) && window.count(now + SPAN) === 0;
		}),
	);
	t.pass();
});

t.test('with more moments than it may keep: never too few, and too many only by what one cell holds', async (t) => {
	const cells = 10;
	fc.assert(
		fc.property(dense, (script) => {
			const window = new Window(SPAN, 25, cells);
			const naive = new Naive();
			let now = 0;
			for (const { wait, many, look } of script) {
				now += wait;
				for (let i = 0; i < many; i++) {
					now += 1;
					window.add(now);
					naive.add(now);
				}
				if (!look) continue;
				const count = window.count(now);
				if (count < naive.count(now) || count > naive.count(now, SPAN + SPAN / cells)) return false;
				if (window.entries(now).length > 25) return false;
			}
			return true;
		}),
		{ numRuns: 300 },
	);
	t.pass();
});

t.test('what it counts does not depend on who asked in between', async (t) => {
	fc.assert(
		fc.property(dense, (script) => {
			const asked = new Window(SPAN, 25, 10);
			const quiet = new Window(SPAN, 25, 10);
			let now = 0;
			for (const { wait, many, look } of script) {
				now += wait;
				for (let i = 0; i < many; i++) {
					now += 1;
					asked.add(now);
					quiet.add(now);
				}
				if (look) asked.count(now);
			}
			return JSON.stringify(asked.entries(now)) === JSON.stringify(quiet.entries(now));
		}),
	);
	t.pass();
});

t.test('two windows become one, in whatever order their moments lie', async (t) => {
	fc.assert(
		fc.property(fc.array(fc.nat(900)), fc.array(fc.nat(900)), (one, other) => {
			const window = new Window(SPAN);
			const second = new Window(SPAN);
			for (const at of one.sort((a, b) => a - b)) window.add(at);
			for (const at of other.sort((a, b) => a - b)) second.add(at);
			window.merge(second.entries(900));
			return window.count(900) === one.length + other.length;
		}),
	);
	const late = new Window(SPAN);
	late.add(5);
	late.add(3);
	t.equal(late.count(5), 2, 'what comes late counts as now');
	t.equal(late.count(1005), 0, 'exactly a span ago is over');
});
