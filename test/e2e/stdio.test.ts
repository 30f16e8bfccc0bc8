import t from 'tap';
import { gateway } from './support/gateway.ts';
import { RawClient } from './support/raw-client.ts';
import { exported } from './support/recorded.ts';

const initialize =
	'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}';
const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';

t.test('a server that dies at once: clear answers, its last words on record, and no loop of starts', async (t) => {
	const program = `process.stderr.write('cannot go on\\n\\tbecause of ${token}\\n'); process.exit(3)`;
	const house = await gateway(t, {
		servers: { broken: { stdio: { command: process.execPath, args: ['-e', program] } } },
	});
	const ask = async () => {
		const answer = await new RawClient(`${house.url}/mcp/broken`).post(initialize);
		const { error } = JSON.parse((await answer.body()).toString());
		return { status: answer.status, code: error.data.code, message: error.message, headers: answer.headers };
	};
	t.match(await ask(), { status: 200, code: 'ERR_UPSTREAM_CLOSED', message: /exit code 3/ });
	t.match(await ask(), { status: 200, code: 'ERR_UPSTREAM_CLOSED' });
	t.match(await ask(), {
		status: 503,
		code: 'ERR_UPSTREAM_BACKING_OFF',
		message: /2 times in a row/,
		headers: { 'retry-after': '1' },
	});
	await house.stop();
	t.notOk(house.said.includes(token), 'the log has findings masked');
	t.match(house.said, /cannot go on/);

	const sessions = await exported(house);
	t.same(
		sessions.map(({ lines }) => lines.filter(({ event }) => event !== undefined).map(({ event }) => event)),
		[
			['stderr', 'closed'],
			['stderr', 'closed'],
			['undelivered', 'closed'],
		],
	);
	const shown = await house.sluice(['sessions', 'show', sessions[0]!.id]);
	t.match(shown, /cannot go on/);
	t.notOk(shown.includes(token));
	t.match(shown, /masked:secret\/github-token/);
});
