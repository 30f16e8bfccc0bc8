import t from 'tap';
import { stdioConnector } from '../../../../gateway/transport/stdio/connector.ts';
import type { Upstream, UpstreamEvents } from '../../../../gateway/transport/types.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';

const limits = { frame: 1_000 };

/** Starts `program` as a server and collects what it says. */
async function start(program: string, options: { env?: Record<string, string>; cwd?: string; clock?: FakeClock } = {}) {
	const frames: string[] = [];
	const stderr: string[] = [];
	let changed = () => {};
	let closed!: (why: string) => void;
	const over = new Promise<string>((resolve) => {
		closed = resolve;
	});
	const events: UpstreamEvents = {
		async frame(frame) {
			frames.push(`${frame.bytes}${frame.wire?.newline === '\r\n' ? ' CRLF' : ''}`);
			changed();
		},
		framing() {},
		done() {},
		stderr(line) {
			stderr.push(line);
			changed();
		},
		closed,
	};
	const environment = { PATH: process.env.PATH, HOME: '/home/x', SLUICE_TOKEN: 'secret', AWS_SECRET: 'secret' };
	const connector = stdioConnector({
		command: process.execPath,
		args: ['-e', program],
		environment,
		limits,
		...options,
	});
	const up: Upstream = await connector.open(events);
	const until = async (is: () => boolean) => {
		while (!is())
			await new Promise<void>((resolve) => {
				changed = resolve;
			});
	};
	return { connector, up, frames, stderr, over, until };
}

t.test('lines in every shape; an unfinished one is no frame', async (t) => {
	const program = `process.stdout.write('{"a":1}\\n{"b":2}\\r\\n\\n{"c"'); setTimeout(() => process.stdout.write(':3}\\n{"d":4}'), 5)`;
	const { frames, over } = await start(program);
	t.equal(await over, 'the server process ended (exit code 0)');
	t.same(frames, ['{"a":1}', '{"b":2} CRLF', '{"c":3}']);
});

t.test('a line over the limit ends it', async (t) => {
	const { frames, over } = await start(`process.stdout.write('{}\\n' + 'x'.repeat(5000)); setInterval(() => {}, 1000)`);
	t.equal(await over, 'the server wrote a line longer than 1000 bytes');
	t.same(frames, ['{}']);
});

t.test('the environment is six names and what is configured', async (t) => {
	// Not all of them: a test runner adds its own to every process.
	const program = `const { PATH, HOME, K, SLUICE_TOKEN, AWS_SECRET } = process.env;
		console.log(JSON.stringify({ PATH, HOME, K, SLUICE_TOKEN, AWS_SECRET }))`;
	const { frames, over } = await start(program, { env: { K: 'v' } });
	await over;
	t.same(JSON.parse(frames[0]!), { PATH: process.env.PATH, HOME: '/home/x', K: 'v' });
	t.throws(() => stdioConnector({ command: 'x', env: { sluice_x: '' }, environment: {}, limits }), {
		code: 'ERR_STDIO_ENV',
	});
});

t.test('cwd, and no shell', async (t) => {
	const { frames, over } = await start('console.log(process.cwd() + " $HOME")', { cwd: '/' });
	await over;
	t.same(frames, ['/ $HOME']);
});

t.test('stderr is read, line by line', async (t) => {
	const { stderr, over } = await start(`process.stderr.write('one\\ntwo'); process.stderr.write('x'.repeat(300000))`);
	await over;
	t.equal(stderr[0], 'one');
	t.match(stderr[1], /^twox+$/);
});

t.test('what cannot be started', async (t) => {
	const connector = stdioConnector({ command: '/does/not/exist', environment: {}, limits });
	await t.rejects(connector.open({} as UpstreamEvents), { name: 'UpstreamError', code: 'ERR_UPSTREAM_SPAWN' });
	await t.rejects(connector.open({} as UpstreamEvents, {}), { code: 'ERR_UPSTREAM_NOT_RESUMABLE' });
});

t.test('one frame is one line', async (t) => {
	const { up, frames, until, connector } = await start('process.stdin.pipe(process.stdout)');
	await t.rejects(up.send(Buffer.from('{}\n{"method":"x"}'), 1, {}), { code: 'ERR_FRAME_LINE_BREAK' });
	await t.rejects(up.send(Buffer.from('{}\r{"method":"x"}'), 1, {}), { code: 'ERR_FRAME_LINE_BREAK' });
	await up.send(Buffer.from('{"ok":1}'), 1, {});
	await until(() => frames.length > 0);
	t.same(frames, ['{"ok":1}']);
	await connector.close();
	await t.rejects(up.send(Buffer.from('{}'), 1, {}), { code: 'ERR_UPSTREAM_GONE' });
});

t.test('the ladder: end of input is enough', async (t) => {
	const clock = new FakeClock();
	const { up, over } = await start('process.stdin.resume()', { clock });
	await up.close();
	t.equal(await over, 'the server process ended (exit code 0)');
});

t.test('the ladder: SIGTERM after two seconds', async (t) => {
	const clock = new FakeClock();
	const { up, over, frames, until } = await start('console.log("up"); setInterval(() => {}, 1000)', { clock });
	await until(() => frames.length > 0);
	const closing = up.close();
	clock.advance(1_999);
	t.equal(clock.next, 1);
	clock.advance(1);
	await closing;
	t.equal(await over, 'the server process ended (signal SIGTERM)');
});

t.test('the ladder: SIGKILL after two more', async (t) => {
	const clock = new FakeClock();
	const deaf = 'process.on("SIGTERM", () => console.log("not me")); console.log("up"); setInterval(() => {}, 1000)';
	const { up, over, frames, until } = await start(deaf, { clock });
	await until(() => frames.length > 0);
	const closing = up.close();
	clock.advance(2_000);
	await until(() => frames.includes('not me'));
	clock.advance(2_000);
	await closing;
	t.equal(await over, 'the server process ended (signal SIGKILL)');
});
