import t from 'tap';
import { UpstreamError } from '../../../gateway/transport/errors.ts';
import { TokenCache } from '../../../gateway/upstream/token-cache.ts';
import type { AccessToken } from '../../../gateway/upstream/types.ts';
import { FakeClock } from '../transport/fixtures/fake-clock.ts';

const SECOND = 1_000_000_000n;

/** A cache whose tokens are numbered and live for `life` s. */
function numbered(life = 600) {
	const clock = new FakeClock();
	const state = { asked: 0, down: false };
	const cache = new TokenCache(clock, async (): Promise<AccessToken> => {
		state.asked++;
		const n = state.asked;
		await Promise.resolve();
		if (state.down) throw new UpstreamError('ERR_UPSTREAM_TOKEN_UNAVAILABLE', `down ${n}`, { status: 503 });
		return { value: `t${n}`, expires: clock.now() + BigInt(life) * SECOND };
	});
	const get = async () => (await cache.get()).value;
	return { clock, state, cache, get };
}

t.test('one request however many wait, and none while the token lasts', async (t) => {
	const { clock, state, get } = numbered();
	t.strictSame(await Promise.all([get(), get(), get()]), ['t1', 't1', 't1']);
	clock.advance(539_000);
	t.equal(await get(), 't1');
	t.equal(state.asked, 1);
	clock.advance(1_000);
	t.strictSame(await Promise.all([get(), get()]), ['t2', 't2'], 'a minute before its end');
	t.equal(state.asked, 2);
});

t.test('of a short life the last tenth is the margin', async (t) => {
	const { clock, get } = numbered(10);
	await get();
	clock.advance(8_999);
	t.equal(await get(), 't1');
	clock.advance(1);
	t.equal(await get(), 't2');
});

t.test('a failure stands for a while, twice as long each time, half a minute at most', async (t) => {
	const { clock, state, get } = numbered();
	state.down = true;
	for (const wait of [1, 2, 4, 8, 16, 30, 30]) {
		const { asked } = state;
		await t.rejects(get(), { message: `down ${asked + 1}` });
		clock.advance(wait * 1000 - 1);
		await t.rejects(Promise.all([get(), get()]), { message: `down ${asked + 1}` }, `${wait} s`);
		t.equal(state.asked, asked + 1, 'nobody asked');
		clock.advance(1);
	}
	state.down = false;
	t.equal(await get(), 't8');
	state.down = true;
	clock.advance(600_000);
	await t.rejects(get());
	clock.advance(1_000);
	state.down = false;
	t.equal(await get(), 't10', 'from the beginning');
});

t.test('while the old one lasts a failure is nobody’s concern; after that it is', async (t) => {
	const { clock, state, get } = numbered();
	await get();
	state.down = true;
	clock.advance(560_000);
	t.equal(await get(), 't1');
	t.equal(await get(), 't1', 'backing off');
	t.equal(state.asked, 2);
	clock.advance(40_000);
	await t.rejects(get(), { code: 'ERR_UPSTREAM_TOKEN_UNAVAILABLE' });
});

t.test('refused: another one, but not one after the other', async (t) => {
	const { clock, state, cache, get } = numbered();
	await get();
	t.ok(cache.drop('t1'));
	t.ok(cache.drop('t1'), 'somebody else was refused with it too');
	t.equal(await get(), 't2');
	t.ok(cache.drop('t1'), 'an old one: there is another now');
	t.equal(state.asked, 2);
	t.notOk(cache.drop('t2'), 'the new one is refused as well: it is not the token');
	t.equal(await get(), 't2');
	clock.advance(10_000);
	t.ok(cache.drop('t2'), 'later it may be');
	t.equal(await get(), 't3');
});
