import { writeFileSync } from 'node:fs';
import { test } from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

/** Slips of the pen end with exit 2, the place and a code: never as a bug, never as a test that passes. */

const place = (code: string, text: RegExp) => ({
	code: 2,
	stdout: '',
	stderr: new RegExp(`${text.source}[\\s\\S]*code: ${code}\n$`),
});

test('suites: what cannot be meant is an error with its place', async (t) => {
	const cwd = t.testdir({ p: closing(['exec']), 's.session.jsonl': SESSION });
	const cases: [name: string, text: string, code: string, stderr: RegExp][] = [
		['no session', '- session: none.jsonl', 'ERR_SESSION_UNKNOWN', /cannot read the session file `none\.jsonl`/],
		['a folder', '- session: p', 'ERR_SESSION_UNKNOWN', /cannot read the session file `p`/],
		[
			'no time',
			'- { session: s.session.jsonl, with: { time: "2026-13-45T00:00:00Z" } }',
			'ERR_SUITE',
			/suite\.yaml:3:\d+: `2026-13-45/,
		],
		[
			'reserved data',
			'- { session: s.session.jsonl, with: { data: { rules: {} } } }',
			'ERR_SUITE',
			/suite\.yaml:3:\d+: data may not define `rules`/,
		],
		[
			'two expectations of one frame',
			'- { session: s.session.jsonl, expect: [{ at: 1, verdict: allow }, { at: 1, verdict: deny }] }',
			'ERR_SUITE',
			/suite\.yaml:3:\d+: frame 1 is expected/,
		],
	];
	for (const [name, text, code, stderr] of cases) {
		writeFileSync(`${cwd}/suite.yaml`, `policy: p\ncases:\n${text}\n`);
		t.match(await sluice(['test', 'suite.yaml'], { cwd }), place(code, stderr), name);
	}
	t.equal((await sluice(['build', 'p', '-o', 'b.tar.gz'], { cwd })).code, 0);
	writeFileSync(
		`${cwd}/suite.yaml`,
		'cases:\n- { session: s.session.jsonl, expect: [{ at: 1, verdict: allow }], with: { data: { closed: [] } } }\n',
	);
	t.match(await sluice(['test', 'suite.yaml', '--policy', 'b.tar.gz'], { cwd }), place('ERR_SUITE', /`b\.tar\.gz`/));
});

test('suites: a frame that the gateway itself would refuse does not pass unnoticed', async (t) => {
	const cwd = t.testdir({
		p: closing(['exec']),
		's.session.jsonl': `${SESSION}${JSON.stringify({ seq: 5, from: 'client', text: '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}' })}\n`,
	});
	const suite = (expect: string) =>
		writeFileSync(
			`${cwd}/suite.yaml`,
			`policy: p\ncases:\n- session: s.session.jsonl\n  expect:\n  - { at: 1, verdict: deny }\n  - { at: 4, verdict: mask }\n${expect}`,
		);
	suite('');
	t.match(await sluice(['test', 'suite.yaml', '--format', 'json'], { cwd }), {
		code: 1,
		stdout: /seq 5[\s\S]*expected allow [\s\S]*ERR_FRAME_DUPLICATE_KEY/,
	});
	suite('  - { at: 5, verdict: deny, code: ERR_FRAME_JSON }\n');
	t.match(await sluice(['test', 'suite.yaml'], { cwd }), { code: 1 });
	suite('  - { at: 5, verdict: deny, code: ERR_FRAME_DUPLICATE_KEY }\n');
	t.match(await sluice(['test', 'suite.yaml'], { cwd }), { code: 0, stdout: /3 passed/ });
});

test('snapshots that somebody edited, and one of a session without frames', async (t) => {
	const header = SESSION.slice(0, SESSION.indexOf('\n') + 1);
	const cwd = t.testdir({ p: closing(['exec']), 's.jsonl': SESSION, 'none.jsonl': header });
	const run = ['test', 's.jsonl', '--policy', 'p'];
	for (const frames of ['[1]', '{ 1: }', '{ 1: deny }', '{ 1: [] }']) {
		writeFileSync(`${cwd}/s.verdicts.yaml`, `version: 1\nframes: ${frames}\n`);
		t.match(await sluice(run, { cwd }), place('ERR_SNAPSHOT', /s\.verdicts\.yaml/), frames);
	}
	writeFileSync(`${cwd}/s.verdicts.yaml`, 'version: 1\nframes: { 1: { verdict: 5, rules: 7, masked: x } }\n');
	t.match(await sluice(run, { cwd }), { code: 1, stdout: /was \{ verdict: 5/ });
	t.equal((await sluice(['test', 'none.jsonl', '--policy', 'p', '--update'], { cwd })).code, 0);
	t.match(
		await sluice(['test', 'none.jsonl', '--policy', 'p'], { cwd }),
		place('ERR_NOTHING_TO_JUDGE', /nothing to test/),
	);
});

test('a file where a folder is meant; a secret where JSON is meant', async (t) => {
	const cwd = t.testdir({ p: closing(['exec']), file: '' });
	t.match(await sluice(['init', 'file'], { cwd }), place('ERR_INIT_EXISTS', /`file` is a file/));
	const ended = await sluice(['eval', 'p', '--input', '-'], {
		cwd,
		input: '{"a": ghp_abcdefghijklmnopqrstuvwxyz0123456789}',
	});
	t.match(ended, place('ERR_INPUT', /`-` is not JSON/));
	t.notMatch(ended.stderr, /ghp_/);
});

test('import: all or nothing', async (t) => {
	const cwd = t.testdir({ 'a.jsonl': SESSION.replace('two-calls', 'a'), 'b.jsonl': '{', 'c.jsonl': SESSION });
	const list = async () =>
		JSON.parse((await sluice(['sessions', 'list', '--store', 'store'], { cwd })).stdout).sessions.map(
			(s: { id: string }) => s.id,
		);
	const bring = (...files: string[]) => sluice(['sessions', 'import', ...files, '--store', 'store'], { cwd });
	t.match(await bring('c.jsonl'), { code: 0, stdout: 'two-calls\n' });
	t.match(await bring('a.jsonl', 'b.jsonl'), place('ERR_SESSION_FILE', /b\.jsonl:1/));
	t.match(await bring('a.jsonl', 'c.jsonl'), place('ERR_RECORD_SESSION_EXISTS', /c\.jsonl: session `two-calls`/));
	t.match(await bring('a.jsonl', 'a.jsonl'), place('ERR_RECORD_SESSION_EXISTS', /comes twice/));
	t.strictSame(await list(), ['two-calls']);
});
