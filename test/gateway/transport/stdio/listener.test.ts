import { PassThrough } from 'node:stream';
import t from 'tap';
import { stdioListener } from '../../../../gateway/transport/stdio/listener.ts';
import type { Caller, Exchange, Front } from '../../../../gateway/transport/types.ts';

function front(over: Partial<Front> = {}) {
	const seen: string[] = [];
	const it: Front = {
		async frame(_caller, session, frame) {
			seen.push(`${session} ${frame.bytes}${frame.wire?.newline === '\r\n' ? ' CRLF' : ''}`);
		},
		admit: async () => undefined,
		attach: async () => ({ session: 's' }),
		async listen() {},
		async end(_caller, session, reason) {
			seen.push(`end ${session} ${reason}`);
			return { status: 200 };
		},
		...over,
	};
	return { it, seen };
}

const limits = { frame: 100 };

t.test('lines are frames of one session, and the end of input ends it', async (t) => {
	let caller: Caller | undefined;
	const { it, seen } = front({
		async attach(who) {
			caller = who;
			return { session: 's' };
		},
	});
	const input = new PassThrough();
	const listener = stdioListener(it, {
		input,
		output: new PassThrough(),
		server: 'db',
		osUser: 'me',
		token: 'k',
		limits,
	});
	input.end('{"a":1}\n\n{"b":2}\r\n{"c"');
	t.equal(await listener.ended, undefined);
	t.same(seen, ['s {"a":1}', 's {"b":2} CRLF', 'end s gone']);
	t.match(caller, { server: 'db', transport: { kind: 'stdio' }, osUser: 'me', token: 'k', headers: {} });
});

t.test('a line over the limit', async (t) => {
	const { it, seen } = front();
	const input = new PassThrough();
	const listener = stdioListener(it, { input, output: new PassThrough(), server: 'db', limits });
	input.write('x'.repeat(200));
	t.match(await listener.ended, { code: 'ERR_FRAME_TOO_LARGE' });
	t.same(seen, ['end s gone']);
});

t.test('who is not let in', async (t) => {
	const refused = { status: 401, code: 'ERR_TEST', message: 'no' };
	const { it, seen } = front({ attach: async () => refused });
	const listener = stdioListener(it, { input: new PassThrough(), output: new PassThrough(), server: 'db', limits });
	t.equal(await listener.ended, refused);
	t.same(seen, []);
});

t.test('reading goes on while frames are being dealt with; input ends only after them', async (t) => {
	const answers: (() => void)[] = [];
	let came = () => {};
	const both = new Promise<void>((resolve) => {
		came = resolve;
	});
	const { it, seen } = front({
		frame: () =>
			new Promise((resolve) => {
				answers.push(resolve);
				if (answers.length === 2) came();
			}),
	});
	const input = new PassThrough();
	const listener = stdioListener(it, { input, output: new PassThrough(), server: 'db', limits });
	input.end('{"id":1}\n{"id":2}\n');
	await both;
	// The end of the input has come, too, by now.
	for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
	t.same(seen, []);
	for (const answer of answers) answer();
	await listener.ended;
	t.same(seen, ['end s gone']);
});

t.test('answers are lines, and never more than one', async (t) => {
	let exchange!: Exchange;
	const { it } = front({
		async attach(_caller, theirs) {
			exchange = theirs;
			return { session: 's' };
		},
	});
	const input = new PassThrough();
	const output = new PassThrough();
	const listener = stdioListener(it, { input, output, server: 'db', limits });
	await exchange.send(Buffer.from('{"a":1}'), { id: 'x' });
	await exchange.send(Buffer.alloc(0), { id: 'y', empty: true });
	await exchange.end();
	await exchange.end(Buffer.from('{"b":2}'));
	exchange.keepAlive();
	t.equal(output.read().toString(), '{"a":1}\n{"b":2}\n');
	await t.rejects(exchange.send(Buffer.from('{}\n{}')), { code: 'ERR_FRAME_LINE_BREAK' });
	const gone = new Promise<void>((resolve) => exchange.onGone(resolve));
	output.destroy();
	await gone;
	await t.rejects(exchange.send(Buffer.from('{}')), { code: 'ERR_CLIENT_GONE' });
	await listener.close(0);
});
