import t from 'tap';
import { BackOff } from '../../../../gateway/transport/stdio/back-off.ts';
import { stdioConnector } from '../../../../gateway/transport/stdio/connector.ts';
import type { UpstreamEvents } from '../../../../gateway/transport/types.ts';
import { FakeClock } from '../fixtures/fake-clock.ts';

const later = (seconds: number) => ({
	code: 'ERR_UPSTREAM_BACKING_OFF',
	status: 503,
	headers: { 'retry-after': String(seconds) },
});

t.test('the wait doubles with each failing start, up to a minute', async (t) => {
	const clock = new FakeClock();
	const backOff = new BackOff(clock);
	backOff.start().ended(false);
	backOff.start().ended(false);
	for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
		t.throws(() => backOff.start(), later(seconds));
		clock.advance(seconds * 1_000 - 1);
		t.throws(() => backOff.start(), later(1), 'not a moment before');
		clock.advance(1);
		backOff.start().ended(false);
	}
});

t.test('one attempt at a time while it is not known how it goes', async (t) => {
	const clock = new FakeClock();
	const backOff = new BackOff(clock);
	backOff.start().ended(false);
	backOff.start().ended(false);
	clock.advance(1_000);
	const attempt = backOff.start();
	t.throws(() => backOff.start(), later(1));
	attempt.spoke();
	t.doesNotThrow(() => backOff.start(), 'it runs');
});

function spokeAndEnded(start: ReturnType<BackOff['start']>, clean: boolean): void {
	start.spoke();
	start.ended(clean);
}

t.test('what counts as a failing start', async (t) => {
	const after = (act: (start: ReturnType<BackOff['start']>, clock: FakeClock) => void) => {
		const clock = new FakeClock();
		const backOff = new BackOff(clock);
		for (let n = 0; n < 2; n++) act(backOff.start(), clock);
		try {
			backOff.start();
			return 'runs';
		} catch {
			return 'waits';
		}
	};
	t.equal(
		after((start) => start.ended(true)),
		'waits',
		'silent to its end, with exit code 0',
	);
	t.equal(
		after((start) => spokeAndEnded(start, false)),
		'waits',
		'it spoke and failed at once',
	);
	t.equal(
		after((start) => spokeAndEnded(start, true)),
		'runs',
		'it spoke and ended',
	);
	t.equal(
		after((start, clock) => {
			start.spoke();
			clock.advance(5_000);
			start.ended(false);
		}),
		'runs',
		'it failed later',
	);
});

t.test('a process that ran well makes good what was before', async (t) => {
	const clock = new FakeClock();
	const backOff = new BackOff(clock);
	backOff.start().ended(false);
	const well = backOff.start();
	well.spoke();
	clock.advance(10_000);
	well.ended(false);
	backOff.start().ended(false);
	t.doesNotThrow(() => backOff.start(), 'only one failing start since then');
});

function connecting(program: string, clock: FakeClock) {
	let closed: (why: string) => void = () => {};
	let over = Promise.resolve('');
	const events: UpstreamEvents = {
		frame: async () => {},
		framing() {},
		done() {},
		stderr() {},
		closed: (why) => closed(why),
	};
	const connector = stdioConnector({
		command: process.execPath,
		args: ['-e', program],
		environment: process.env,
		limits: { frame: 1_000 },
		clock,
	});
	const open = () => {
		over = new Promise((resolve) => {
			closed = resolve;
		});
		return connector.open(events);
	};
	return { open, ended: () => over, connector };
}

t.test('a process that ends at once is not started again and again', async (t) => {
	const clock = new FakeClock();
	const { open, ended, connector } = connecting('process.exit(1)', clock);
	for (let n = 0; n < 2; n++) {
		await open();
		t.equal(await ended(), 'the server process ended (exit code 1)');
	}
	await t.rejects(open(), later(1));
	await connector.close();
});

t.test('a program that is not there is a failing start', async (t) => {
	const clock = new FakeClock();
	const connector = stdioConnector({ command: '/does/not/exist', environment: {}, limits: { frame: 1 }, clock });
	const events = {} as UpstreamEvents;
	for (let n = 0; n < 2; n++) await t.rejects(connector.open(events), { code: 'ERR_UPSTREAM_SPAWN' });
	await t.rejects(connector.open(events), later(1));
	clock.advance(1_000);
	await t.rejects(connector.open(events), { code: 'ERR_UPSTREAM_SPAWN' });
	await t.rejects(connector.open(events), later(2));
});

t.test('a process that we end has not failed', async (t) => {
	const clock = new FakeClock();
	const { open, connector } = connecting('process.stdin.resume()', clock);
	for (let n = 0; n < 4; n++) await t.resolves((await open()).close());
	await connector.close();
});

t.test('a process that is being started when all is stopped ends too', async (t) => {
	const { open, ended, connector } = connecting('process.stdin.resume()', new FakeClock());
	const opening = open();
	await connector.close();
	await opening;
	t.equal(await ended(), 'the server process ended (exit code 0)');
});
