import { rmSync } from 'node:fs';
import { test } from 'tap';
import { echoServer } from './life/echo-server.ts';
import { Place } from './life/place.ts';
import { type Doors, head, policy } from './life/policy.ts';
import { RawClient } from './life/raw-client.ts';
import { rejudge } from './life/record.ts';
import { until } from './life/until.ts';

test('a policy that is edited is taken while the gateway runs; one that is wrong is not', async (t) => {
	const echo = await echoServer(t);
	const place = new Place(t, { servers: { db: { http: { url: echo.url } } } }, policy({}));
	const gateway = await place.run();
	const client = new RawClient(`${gateway.mcp}/mcp/db`);
	await client.initialize();
	let id = 0;
	const send = () => client.call(++id, 'send', '{}');
	const write = (doors: Doors) => {
		for (const [path, text] of Object.entries(policy(doors))) place.write(path, text);
	};
	let read = 0;
	const logged = async (words: RegExp) => {
		await until(`the log says ${words}`, () => words.test(gateway.log().slice(read)));
		read = gateway.log().length;
	};
	t.equal(await send(), '{}');

	write({ closed: ['send'] });
	await until('the edited policy is in force', async () => /doors\/closed/.test(await send()));
	read = gateway.log().length;

	place.write(
		'policies/rules/doors/closed/closed.rego',
		`${head('doors', 'closed')}\ndeny contains "x" if input.form == 1\n`,
	);
	await logged(/rules\/doors\/closed\/closed\.rego:9:\d+/);
	t.match(await send(), /doors\/closed/, 'one that does not compile leaves the running one in force');
	t.match(await place.sluice(['check']), { code: 2 });

	write({ closed: ['send'] });
	rmSync(`${place.folder}/policies/rules/doors/closed`, { recursive: true });
	await logged(/lacks.*doors\/closed/);
	t.match(await send(), /doors\/closed/, 'one that lacks a rule package waits');
	gateway.child.kill('SIGHUP');
	await until('an operator says that it is meant', async () => (await send()) === '{}');

	await gateway.end('SIGTERM');
	await rejudge(t, place);
});
