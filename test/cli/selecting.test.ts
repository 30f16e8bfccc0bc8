import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

/** The session of `SESSION` under another id, begun on that day of March 2026, with that server. */
function on(day: number, server: string, id = `day-${day}`): string {
	const started = BigInt(Date.UTC(2026, 2, day)) * 1_000_000n;
	const [, ...lines] = SESSION.trimEnd().split('\n');
	const header = `{"sluice":"session","version":1,"id":"${id}","started_ns":${started},"server":{"name":"${server}"}}`;
	const recorded = lines.map((line, i) => line.replace('{', `{"verdict":"${i === 0 ? 'deny' : 'allow'}",`));
	return `${[header, ...recorded].join('\n')}\n`;
}

test('sessions are named by file, folder, glob and stdin, each once, and filtered alike', async (t) => {
	const cwd = t.testdir({ before: closing(['exec']), after: closing([]) });
	mkdirSync(join(cwd, 'recorded/a'), { recursive: true });
	writeFileSync(join(cwd, 'recorded/a/one.session.jsonl.gz'), gzipSync(on(1, 'db')));
	writeFileSync(join(cwd, 'recorded/two.session.jsonl'), on(2, 'web') + on(3, 'db'));
	const diff = async (...args: string[]) => {
		const given = ['diff', '--from', 'before', '--to', 'after', '--format', 'json', ...args];
		const ended = await sluice(given, { cwd, input: on(4, 'web') });
		return { ...ended, report: ended.stdout === '' ? undefined : JSON.parse(ended.stdout) };
	};
	const ids = ({ report }: Awaited<ReturnType<typeof diff>>) =>
		report.differences.map(({ session }: { session: string }) => session);

	const all = await diff('recorded', 'recorded/two.session.jsonl', 'recorded/**/*.gz', '-', '--verbose');
	t.strictSame(ids(all), ['day-1', 'day-2', 'day-3', 'day-4']);
	t.match(all.stderr, /^16 frames of 4 sessions judged in .* peak RSS \d+ MiB\n$/);
	t.equal(all.report.differences[1].source, 'recorded/two.session.jsonl#day-2');

	const threads = await diff('recorded', '-', '--jobs', '3');
	t.equal(threads.stdout, all.stdout, 'byte for byte');
	t.equal(threads.stderr, '', 'no progress in a pipe');

	t.strictSame(ids(await diff('recorded', '--since', '2026-03-02', '--server', 'db')), ['day-3']);
	const tool = await diff('recorded', '--until', '2026-03-03T00:00:00Z', '--tool', 'read', '--tool', 'nothing');
	t.match(tool, { code: 0, report: { frames: 4, judged: 4, sessions: 2, differences: [] } });
	t.match(tool.report.diverged, [{ session: 'day-1' }, { session: 'day-2' }], 'a fact about the session');
	const denied = await diff('recorded', '--verdict', 'deny');
	t.match(denied.report, { frames: 3, differences: { length: 3 } });
});

test('nothing left to judge names the filters; what is misspelt is usage', async (t) => {
	const cwd = t.testdir({ p: closing(['exec']), 's.session.jsonl': on(1, 'db') });
	const rows: [args: string[], code: string, message: RegExp][] = [
		[
			['s.session.jsonl', '--server', 'web', '--since', '2026-01-01'],
			'ERR_NOTHING_TO_JUDGE',
			/no session is left with --since 2026-01-01 --server web/,
		],
		[['s.session.jsonl', '--tool', 'never'], 'ERR_NOTHING_TO_JUDGE', /no frame .* is left with --tool never/],
		[['s.session.jsonl', '--since', 'yesterday'], 'ERR_USAGE', /`--since` takes a time, and `yesterday` is none/],
		[['s.session.jsonl', '--verdict', 'maybe'], 'ERR_USAGE', /allow, mask, hold, deny/],
		[[], 'ERR_USAGE', /which sessions are meant/],
		[['x/*.jsonl'], 'ERR_SESSION_UNKNOWN', /no file matches `x\/\*\.jsonl`/],
		[['--all'], 'ERR_STORE_MISSING', /which store/],
	];
	for (const [args, code, message] of rows) {
		const { stderr, ...ended } = await sluice(['replay', '--policy', 'p', ...args], { cwd });
		t.match(ended, { code: 2, stdout: '' }, args.join(' '));
		t.match(stderr, message);
		t.match(stderr, `code: ${code}\n`);
	}
});
