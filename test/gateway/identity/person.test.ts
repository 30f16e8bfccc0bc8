import { test } from 'tap';
import { samePerson } from '../../../gateway/identity/person.ts';
import { anonymousPrincipal, osPrincipal } from '../../../gateway/identity/principals.ts';

test('the same person is whoever shares an id or a human', (t) => {
	const bot = { id: 'bot', human: 'alice' };
	for (const [other, same] of [
		[{ id: 'bot' }, true],
		[{ id: 'bot', human: 'carol' }, true],
		[{ id: 'x', human: 'alice' }, true],
		[{ id: 'alice' }, true],
		[{ id: 'x', human: 'ALICE' }, true],
		[{ id: 'x', human: 'ａlice' }, true],
		[{ id: 'x', on_behalf_of: 'alice' }, true],
		[{ id: 'carol', human: 'carol' }, false],
		[{ id: 'x' }, false],
	] as const) {
		t.equal(samePerson(bot, other), same, JSON.stringify(other));
		t.equal(samePerson(other, bot), same);
	}
	const acting = { id: 'x', claims: { act: { sub: 'bot', act: { sub: 'carol' } } } };
	t.equal(samePerson(acting, { id: 'c', human: 'carol' }), true, 'who acted in another’s name was there too');
	t.equal(samePerson(acting, { id: 'dave' }), false);
	t.equal(samePerson({ id: 'a' }, { id: 'b' }), false, 'having no human is nothing in common');
	t.equal(samePerson({ id: 'a', human: '' }, { id: 'b', human: '' }), false);
	t.end();
});

test('nobody and the local user have no human to vote as', (t) => {
	t.notOk('human' in anonymousPrincipal());
	t.match(anonymousPrincipal(), { id: 'anonymous', kind: 'anonymous' });
	t.match(osPrincipal('alice'), { id: 'alice', issuer: 'os' });
	t.notOk('human' in osPrincipal('alice'));
	t.end();
});
