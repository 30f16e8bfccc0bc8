import { type Test, test } from 'tap';
import { echoServer } from './life/echo-server.ts';
import { Place } from './life/place.ts';
import { head, PLANTED, policy } from './life/policy.ts';
import { callText, RawClient } from './life/raw-client.ts';
import { type Exported, recorded, rejudge } from './life/record.ts';

interface Difference {
	readonly session: string;
	readonly seq: number;
	readonly rule: string;
	readonly class: string;
	readonly from: string;
	readonly to: string;
}

/** Two sessions of calls to an echo server, recorded under a policy that closes `delete_row`; the gateway is gone. */
async function traffic(t: Test): Promise<{ place: Place; sessions: Map<string, Exported[]> }> {
	const echo = await echoServer(t, (tool, args) => (tool === 'read' ? `${args} ${PLANTED}` : args));
	const place = new Place(
		t,
		{ servers: { db: { http: { url: echo.url } } } },
		{ ...policy({ closed: ['delete_row'] }), ...policy({ closed: ['delete_row'] }, 'same') },
	);
	const gateway = await place.run();
	for (const args of ['{"session":1}', '{"session":2}']) {
		const client = new RawClient(`${gateway.mcp}/mcp/db`);
		await client.initialize();
		for (const [id, tool] of ['echo', 'send', 'delete_row', 'read'].entries()) await client.call(id + 1, tool, args);
	}
	await gateway.end('SIGTERM');
	return { place, sessions: await recorded(place) };
}

async function diff(place: Place, sessions: Iterable<string>, to: string, ...more: string[]) {
	const from = more.includes('--from') ? [] : ['--from', 'policies'];
	const ended = await place.sluice(['diff', ...from, '--to', to, ...sessions, '--format', 'json', ...more]);
	const report = ended.stdout === '' ? undefined : JSON.parse(ended.stdout);
	return { ...ended, differences: (report?.differences ?? []) as Difference[], report };
}

/** The lines with a call of `tool`, as `diff` should name them. */
function callsOf(sessions: Map<string, Exported[]>, tool: string, what: Partial<Difference>): object[] {
	return [...sessions].flatMap(([session, lines]) =>
		lines
			.filter(({ from, text }) => from === 'client' && text?.includes(`"name":"${tool}"`))
			.map(({ seq }) => ({ session, seq, ...what })),
	);
}

const named = (differences: readonly Difference[]) =>
	differences.map(({ session, seq, rule, class: kind, from, to }) => ({ session, seq, rule, class: kind, from, to }));

test('diff names exactly the frames that two policies judge differently', async (t) => {
	const { place, sessions } = await traffic(t);
	const ids = [...sessions.keys()];
	const write = (files: Record<string, string>) => {
		for (const [path, text] of Object.entries(files)) place.write(path, text);
	};

	const same = await diff(place, ids, 'same');
	t.match(same, { code: 0, differences: [] }, 'the same policy twice');
	t.equal(same.report.from, same.report.to);

	write(policy({ closed: ['delete_row', 'send'] }, 'tighter'));
	const tighter = await diff(place, ids, 'tighter');
	t.equal(tighter.code, 1);
	const tightened = { rule: 'doors/closed', class: 'tightened', from: 'allow', to: 'deny' };
	t.strictSame(named(tighter.differences), callsOf(sessions, 'send', tightened));
	t.match(await diff(place, ids, 'tighter', '--fail-on', 'loosened'), { code: 0 });
	t.match(await diff(place, ids, 'tighter', '--fail-on', 'tightened'), { code: 1 });

	write(policy({}, 'looser'));
	const looser = await diff(place, ids, 'looser', '--fail-on', 'loosened');
	t.equal(looser.code, 1, 'a loosening');
	const loosened = { rule: 'doors/closed', class: 'loosened', from: 'deny', to: 'allow' };
	t.strictSame(named(looser.differences), callsOf(sessions, 'delete_row', loosened));
	t.equal(looser.report.diverged.length, 2, 'what follows a recorded deny that is now let through is hypothetical');

	write(policy({ closed: ['delete_row'], held: ['echo'] }, 'asking'));
	const asking = await diff(place, ids, 'asking');
	t.strictSame(
		named(asking.differences),
		callsOf(sessions, 'echo', { rule: 'doors/human', class: 'tightened', from: 'allow', to: 'hold' }),
	);

	write(policy({ closed: ['delete_row'] }, 'unmasked'));
	place.write(
		'unmasked/rules/secrets/stay/stay.rego',
		`${head('secrets', 'stay')}\nmask contains {"message": "a secret does not leave", "finding": "pii/*"} if input.from == "server"\n`,
	);
	const unmasked = await diff(place, ids, 'unmasked', '--fail-on', 'loosened');
	t.equal(unmasked.code, 1);
	t.strictSame(
		named(unmasked.differences).map(({ rule, class: kind, from, to }) => [rule, kind, from, to]),
		[
			['secrets/stay', 'loosened', 'mask', 'allow'],
			['secrets/stay', 'loosened', 'mask', 'allow'],
		],
		'a mask that is gone',
	);
	t.notOk(unmasked.stdout.includes(PLANTED), 'and the report does not tell the secret');

	write(policy({ closed: ['delete_row'] }, 'unexercised'));
	place.write(
		'unexercised/rules/doors/never/never.rego',
		`${head('doors', 'never')}\ndeny contains "x" if input.tool.name == "never"\n`,
	);
	const unexercised = await diff(place, ids, 'unexercised');
	t.match(
		unexercised,
		{ code: 1, differences: [], report: { unexercised: ['doors/never'] } },
		'nobody knows what it does',
	);
	t.match(await diff(place, ids, 'unexercised', '--fail-on', 'loosened'), { code: 0 });

	await rejudge(t, place);
});

test('diff says where a policy does not compile, and when there is nothing to judge', async (t) => {
	const header = '{"sluice":"session","version":1,"id":"by-hand","server":{"name":"db"}}\n';
	const place = new Place(
		t,
		{ servers: { db: { http: { url: 'http://127.0.0.1:9/mcp' } } } },
		{
			...policy({}),
			...policy({}, 'broken'),
			'broken/rules/doors/closed/closed.rego': `${head('doors', 'closed')}\ndeny contains "x" if input.form == "client"\n`,
			'one.session.jsonl': `${header}{"seq":1,"from":"client","text":${JSON.stringify(callText(1, 'send', '{}'))}}\n`,
			'bare.session.jsonl': header,
			'empty/readme.txt': 'no sessions in here\n',
		},
	);
	const one = ['one.session.jsonl'];
	t.match(await diff(place, one, 'policies'), { code: 0 });
	const broken = await diff(place, one, 'broken');
	t.match(broken, { code: 2, stdout: '' });
	t.match(broken.stderr, /rules\/doors\/closed\/closed\.rego:9:\d+/, 'file, line and column');
	t.match(await diff(place, one, 'policies', '--from', 'broken'), { code: 2, stderr: /closed\.rego:9:\d+/ });
	t.match(await diff(place, ['empty'], 'policies'), { code: 2, stderr: /ERR_NOTHING_TO_JUDGE/ });
	t.match(await diff(place, ['bare.session.jsonl'], 'policies'), { code: 2, stderr: /ERR_NOTHING_TO_JUDGE/ });
	t.match(await diff(place, ['0123456789abcdef'], 'policies'), { code: 2, stderr: /ERR_S/ });
});
