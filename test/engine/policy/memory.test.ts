import t from 'tap';
import { endure } from '../../../bench/engine/endurance.ts';
import { benchPolicy } from '../../../bench/engine/policies.ts';
import { memoryAfterCollecting } from './collect.ts';
import { COLD } from './compiler-for-tests.ts';

t.setTimeout(COLD);

/** `npm run bench:engine -- --memory 10000000` is the long one. */
const EVALUATIONS = 60_000;

t.test('an evaluator holds no more after many evaluations than after few', async (t) => {
	const policy = await benchPolicy();
	const [early, , late] = await endure(policy, EVALUATIONS, memoryAfterCollecting);
	const grown = late!.held - early!.held;
	// Most of what is held is the fixed memory of the instances, so a ratio would hide much.
	t.ok(grown < 4 * 1024 * 1024, `${grown} bytes more after ${EVALUATIONS} evaluations than after a tenth of them`);
	t.equal(late!.evaluations, EVALUATIONS);
});
