import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type Test, test } from 'tap';
import { serveHttp } from '../reference-server/http.ts';
import { ask, connect } from './life/agent.ts';
import { echoServer } from './life/echo-server.ts';
import { environment, MAIN, Place } from './life/place.ts';
import { policy } from './life/policy.ts';
import { rejudge } from './life/record.ts';
import { until } from './life/until.ts';

/** `sluice wrap` in `place`, as the holder of `token`. */
async function wrapped(t: Test, place: Place, server: string, token: string) {
	const client = new Client({ name: 'desktop', version: '1.0.0' });
	const transport = new StdioClientTransport({
		command: process.execPath,
		args: [MAIN, 'wrap', '--server', server],
		cwd: place.folder,
		env: environment({ SLUICE_TOKEN: token }) as Record<string, string>,
		stderr: 'pipe',
	});
	await client.connect(transport);
	t.teardown(() => client.close());
	return { client, pid: transport.pid! };
}

test('read in one process, send in another: `wrap` beside `run` on one store', async (t) => {
	const reference = await serveHttp();
	t.teardown(() => reference.close());
	const echo = await echoServer(t);
	const place = new Place(
		t,
		{ servers: { reader: { http: { url: reference.url } }, sender: { http: { url: echo.url } } } },
		policy({ tainting: ['test_simple_text'], notAfterAnywhere: ['send'] }),
	);
	place.configure({ identity: { tokens: true } });
	const gateway = await place.run();
	const [bot, other] = await Promise.all([
		place.token('bot', 'agent', '--for', 'ana'),
		place.token('other', 'agent', '--for', 'ben'),
	]);
	const sender = await connect(t, `${gateway.mcp}/mcp/sender`, { token: bot });
	const bystander = await connect(t, `${gateway.mcp}/mcp/sender`, { token: other });
	t.equal(await ask(sender, 'send', { to: 'x' }), '{"to":"x"}', 'allowed before');

	const reader = await wrapped(t, place, 'reader', bot);
	t.match(await ask(reader.client, 'test_simple_text'), 'simple text');
	await until('the gateway knows what was read through wrap', async () =>
		/doors\/tainted/.test(await ask(sender, 'send', { to: 'y' })),
	);
	t.equal(await ask(bystander, 'send', { to: 'z' }), '{"to":"z"}', 'another principal is none of it');
	const second = await wrapped(t, place, 'sender', bot);
	t.match(await ask(second.client, 'send', { to: 'y' }), /doors\/tainted/, 'what starts later knows at once');

	// The other way round, and with a process that dies as soon as it has its answer.
	const late = await wrapped(t, place, 'sender', other);
	t.equal(await ask(late.client, 'send', { to: 'w' }), '{"to":"w"}');
	const dying = await wrapped(t, place, 'reader', other);
	t.match(await ask(dying.client, 'test_simple_text'), 'simple text');
	process.kill(dying.pid, 'SIGKILL');
	for (const client of [bystander, late.client]) {
		await until('what the dead process read is known', async () =>
			/doors\/tainted/.test(await ask(client, 'send', { to: 'v' })),
		);
	}
	for (const { client } of [reader, second, late]) await client.close();
	await gateway.end('SIGTERM');
	await rejudge(t, place);
});
