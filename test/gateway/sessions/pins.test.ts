import { createHash } from 'node:crypto';
import { type Test, test } from 'tap';
import type { ListedDefinition } from '../../../engine/session/tools.ts';
import { DEFINITION_TEXT } from '../../../gateway/sessions/definition-texts.ts';
import { PinDesk } from '../../../gateway/sessions/pin-desk.ts';
import { call, request, result } from '../../fixtures/frames.ts';
import { caller, FakeExchange, type HouseUnderTest, houseUnderTest, stubPolicy } from '../../fixtures/house.ts';

const ana = { id: 'ana', kind: 'human', issuer: 'os', groups: [], scopes: [], claims: {} } as const;

function definition(name: string, text: string): ListedDefinition {
	return { name, text, hash: createHash('sha256').update(text).digest('hex') };
}
const a1 = definition('a', '1');
const a2 = definition('a', '2');
const a3 = definition('a', '3');
const b1 = definition('b', '1b');

async function setUp(t: Test): Promise<HouseUnderTest> {
	const house = await houseUnderTest(
		t.testdir(),
		stubPolicy(() => ({ reasons: [], labels: [] })),
	);
	t.teardown(() => house.close());
	return house;
}

async function settle(): Promise<void> {
	for (let i = 0; i < 12; i++) await new Promise((resolve) => setImmediate(resolve));
}

test('what is pinned, what was seen, and their texts', async (t) => {
	const { pins, tools, acceptances } = await setUp(t);
	t.strictSame(tools.list(), []);
	t.throws(() => tools.list('files'), { code: 'ERR_TOOL_UNKNOWN' });
	await pins.see('files', 's1', [a1, b1], true);
	t.match(tools.list('files'), [
		{ tool: 'a', status: 'same', pin: { hash: a1.hash, session: 's1' }, seen: { hash: a1.hash } },
		{ tool: 'b', status: 'same' },
	]);
	await pins.see('files', 's2', [a2], true);
	t.match(tools.list(), [
		{ tool: 'a', status: 'changed' },
		{ tool: 'b', status: 'vanished', seen: { session: 's1' } },
	]);
	t.match(tools.get('files', 'a'), { pinnedText: { text: '1' }, seenText: { text: '2' } });
	await pins.see('files', 's3', [a3], false);
	t.match(tools.get('files', 'a'), { pinnedText: { text: '1' }, seenText: { text: '3' } });
	t.equal(pins.texts.get('files', a2.hash), undefined, 'what is neither pinned nor the last is not kept');
	await pins.see('files', 's4', [a2], false);
	t.match(tools.get('files', 'a'), { seenText: { text: '2' } }, 'and is again when it comes back');
	t.throws(() => tools.get('files', 'c'), { code: 'ERR_TOOL_UNKNOWN' });

	await t.rejects(tools.accept('files', 'a', ana, a3.hash), { code: 'ERR_TOOL_CHANGED' });
	t.strictSame(acceptances, [], 'nothing is recorded of what is not done');
	t.match(await tools.accept('files', 'a', ana, a2.hash), { from: a1.hash, to: a2.hash });
	t.equal(await tools.accept('files', 'a', ana), undefined, 'twice is once');
	t.match(await tools.accept('files', 'b', ana), { from: b1.hash, to: b1.hash }, 'what is as it was can be confirmed');
	t.strictSame(
		acceptances.map(({ by, tool, from, to }) => [by, tool, from, to]),
		[
			['ana', 'a', a1.hash, a2.hash],
			['ana', 'b', b1.hash, b1.hash],
		],
	);
	t.equal(pins.texts.get('files', a1.hash), undefined);
	t.match(tools.get('files', 'a'), { status: 'same', pin: { accepted: { by: { issuer: 'os', id: 'ana' } } } });

	const long = definition('long', 'x'.repeat(DEFINITION_TEXT + 1));
	await pins.see('files', 's5', [long], false);
	t.same(tools.get('files', 'long').pinnedText, { length: DEFINITION_TEXT + 1 }, 'bounded');
});

test('lists in pages say nothing of what is not on the page; the same list is written once', async (t) => {
	const { pins, tools, clock } = await setUp(t);
	await pins.see('files', 's1', [a1], false);
	await pins.see('files', 's1', [b1], false);
	t.match(tools.list(), [{ status: 'same' }, { status: 'same' }]);
	const { at } = pins.listings.of('files')!;
	clock.pass(30_000);
	await pins.see('files', 's1', [a1], false);
	t.equal(pins.listings.of('files')!.at, at);
	clock.pass(31_000);
	await pins.see('files', 's1', [a1], false);
	t.ok(pins.listings.of('files')!.at > at);
});

test('of two who accept at once one is told; what could not be recorded is not in force', async (t) => {
	const { pins, tools } = await setUp(t);
	await pins.see('files', 's1', [a1], true);
	await pins.see('files', 's2', [a2], true);
	const said: object[] = [];
	const slow = new PinDesk(pins, async (_, what) => {
		said.push(what);
		if (said.length === 1) await tools.accept('files', 'a', ana);
	});
	await t.rejects(slow.accept('files', 'a', ana), { code: 'ERR_TOOL_CHANGED' });
	t.match(said, [{ to: a2.hash }, { to: a2.hash, taken: false }]);
	await pins.see('files', 's3', [a3], true);
	const full = new PinDesk(pins, async () => {
		throw new Error('disk full');
	});
	await t.rejects(full.accept('files', 'a', ana), { message: 'disk full' });
	t.match(tools.list(), [{ status: 'changed', pin: { hash: a2.hash } }]);
});

test('sessions that are open: an accepted definition, and one that another session showed first', async (t) => {
	const house = await setUp(t);
	const { tools, pins, clock, upstream } = house;
	const id = await house.begin();
	let next = 10;
	const list = async (session: string, description: string) => {
		const listing = house.client(session, request(++next, 'tools/list'));
		await settle();
		await upstream.says(result(next, { tools: [{ name: 'read', description }] }), upstream.sent.at(-1)?.exchange);
		await listing;
	};
	const pass = async () => {
		clock.pass(400);
		await settle();
	};
	const pinned = async (session: string) =>
		(await house.lines(session)).filter((line) => line.type === 'event' && line.event === 'pinned');

	await list(id, 'one');
	await pass();
	t.same(await pinned(id), [], 'new in the session that showed it first');
	await list(id, 'two');
	t.match(tools.list('files'), [{ status: 'changed' }]);
	const { to } = (await tools.accept('files', 'read', ana))!;
	t.same(await pinned(id), [], 'not yet');
	await pass();
	t.match(await pinned(id), [{ detail: { pins: { read: to } } }]);
	await pass();
	t.equal((await pinned(id)).length, 1, 'told once');
	await pins.see('files', 'another session', [definition('other', 'o')], false);
	await pass();
	t.match((await pinned(id)).slice(1), [{ detail: { pins: { other: /./ } } }]);
	t.equal((await pinned(await house.begin())).length, 0, 'a new one has them in its header');
});

test('after a restart a session has what was accepted meanwhile', async (t) => {
	const house = await setUp(t);
	const id = await house.begin();
	await house.sessions.close();
	await house.pins.see('files', 'other', [a1], true);
	await house.tools.accept('files', 'a', ana);
	const again = house.restarted();
	t.teardown(() => again.close());
	await again
		.frame(caller, id, { bytes: Buffer.from(JSON.stringify(call(1, 'a'))) }, new FakeExchange())
		.catch(() => {});
	const lines = await house.lines(id);
	const at = lines.findIndex((line) => line.type === 'event' && line.event === 'pinned');
	t.match(lines[at], { detail: { pins: { a: a1.hash } } });
	t.ok(
		at < lines.findIndex((line) => line.type === 'frame' && line.bytes.includes('tools/call')),
		'before its next frame',
	);
});
