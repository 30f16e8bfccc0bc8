import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { test } from 'tap';
import { closing, SESSION } from './policies.ts';
import { sluice } from './spawn.ts';

const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const schema = JSON.parse(
	readFileSync(join(import.meta.dirname, '../../cli/output/schemas/eval.schema.json'), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);

const QUOTES = `package rules.quote.all

deny contains $"no {input.tool.arguments.text}" if {
	input.method == "tools/call"
	endswith(input.tool.arguments.text, "end")
}

deny contains "other" if {
	input.method == "tools/call"
	parts := split(input.tool.arguments.text, " ")
	some part in parts
	part == input.tool.arguments.other
}
`;

const CONFLICT = `package rules.quote.conflict

_conflict := input.tool.arguments.text if input.method

_conflict := input.tool.arguments.other if input.method

warn contains "conflict" if _conflict == 1
`;

function call(args: object) {
	const params = { name: 'exec', arguments: args };
	return JSON.stringify({
		version: 1,
		from: 'client',
		kind: 'request',
		method: 'tools/call',
		params,
		tool: { name: 'exec', arguments: args },
	});
}

test('eval --explain: JSON in a pipe, as its schema says, the same each time', async (t) => {
	const cwd = t.testdir({ p: closing(['exec']), 's.session.jsonl': SESSION });
	const first = await sluice(['eval', 'p', '--input', '-', '--explain'], { cwd, input: call({}) });
	t.equal(first.code, 0);
	const result = JSON.parse(first.stdout);
	t.ok(validate(result), JSON.stringify(validate.errors));
	t.match(result, { version: 1, verdict: 'deny', explanation: { disagreements: [] } });
	const [rule] = result.explanation.rules;
	t.match(rule.definitions, [
		{ set: 'deny', outcome: 'fired', place: { file: 'p/rules/shell/closed/closed.rego', row: 7, col: 1 } },
		{ set: 'mask', outcome: 'elsewhere', failed: { text: 'input.from == "server"' } },
	]);
	const again = await sluice(['eval', 'p', '--input', '-', '--explain'], { cwd, input: call({}) });
	t.equal(again.stdout, first.stdout);
	const plain = await sluice(['eval', 'p', '--input', '-'], { cwd, input: call({}) });
	t.ok(validate(JSON.parse(plain.stdout)), JSON.stringify(validate.errors));
	t.equal('explanation' in JSON.parse(plain.stdout), false);
});

test('eval --explain: no value that a finding covers, unless --reveal', async (t) => {
	const cwd = t.testdir({ p: closing(['exec'], { 'quote.rego': QUOTES }) });
	const input = call({ text: `my token ${SECRET} end`, other: 'x', mail: 'ana.lovelace@example.com' });
	for (const format of ['json', 'text']) {
		const shown = await sluice(['eval', 'p', '--input', '-', '--explain', '--verbose', '--format', format], {
			cwd,
			input,
		});
		t.equal(shown.code, 0);
		t.notMatch(shown.stdout + shown.stderr, SECRET.slice(4, 20));
		t.match(shown.stdout, '[masked:secret/github-token]');
		const all = await sluice(['eval', 'p', '--input', '-', '--explain', '--verbose', '--reveal', '--format', format], {
			cwd,
			input,
		});
		t.match(all.stdout, SECRET);
	}
	// also without --explain: a message quotes it
	const plain = await sluice(['eval', 'p', '--input', '-'], { cwd, input });
	t.notMatch(plain.stdout, SECRET.slice(4, 20));
});

test('eval --explain: long values are cut after they are cleaned, with their size', async (t) => {
	const cwd = t.testdir({ p: closing([], { 'quote.rego': QUOTES, 'conflict.rego': CONFLICT }) });
	const input = call({ text: `${'x'.repeat(180)} ${SECRET}`, other: 'y' });
	const { stdout } = await sluice(['eval', 'p', '--input', '-', '--explain'], { cwd, input });
	t.notMatch(stdout, 'ghp_');
	const rule = JSON.parse(stdout).explanation.rules.find((one: { rule: string }) => one.rule === 'quote/all');
	const [value] = rule.definitions[0].failed.values[0];
	t.match(value, { text: 'input.tool.arguments.text', bytes: 223 });
	t.match(value.value, /x…$|masked.*…$/);
	const asked = ['eval', 'p', '--input', '-', '--explain', '--format', 'text'];
	const { stdout: text } = await sluice(asked, { cwd, input });
	t.match(
		text,
		/^! quote\/conflict warn could not be evaluated: rule\s+data\.rules\.quote\.conflict\._conflict produced\s+conflicting values$/m,
	);
	t.notMatch(text, 'ghp_');
});

test('eval --explain: text for a terminal of 80 columns', async (t) => {
	const cwd = t.testdir({ p: closing(['exec'], { 'quote.rego': QUOTES }) });
	const asked = ['eval', 'p', '--input', '-', '--explain', '--format', 'text'];
	const { stdout } = await sluice(asked, { cwd, input: call({ text: 'a b', other: 'c' }) });
	t.match(stdout, /^deny\n {2}deny shell\/closed: this tool is closed\n\nfired\n {2}shell\/closed deny\n/);
	t.match(
		stdout,
		/\n {2}quote\/all deny {2}p\/quote\.rego:8:1\n {4}12:2 `part == input\.tool\.arguments\.other` is false or undefined \(2 times\)\n/,
	);
	t.match(stdout, /\n {6}part = "a"\n {6}input\.tool\.arguments\.other = "c"\n {6}part = "b"\n/);
	t.equal(Math.max(...stdout.split('\n').map((line) => line.length)) <= 80, true);
	const none = await sluice(asked, { cwd, input: '{"from":"client","method":"ping"}' });
	t.match(none.stdout, /\n\d rules? looks? at other frames; --verbose says why\n$/);
	const verbose = await sluice([...asked, '--verbose'], { cwd, input: '{"from":"client","method":"ping"}' });
	t.match(verbose.stdout, /look at other frames\n {2}quote\/all deny {2}p\/quote\.rego:3:1\n/);
});

test('eval --session --at: a recorded frame, judged as replay judges it', async (t) => {
	const cwd = t.testdir({
		p: closing(['exec']),
		's.session.jsonl': SESSION,
		many: { 'a.jsonl': SESSION, 'b.jsonl': SESSION },
	});
	const at = (seq: string, ...more: string[]) =>
		sluice(['eval', 'p', '--session', 's.session.jsonl', '--at', seq, ...more], { cwd });
	const denied = await at('1', '--explain');
	t.equal(denied.code, 0);
	const result = JSON.parse(denied.stdout);
	t.ok(validate(result), JSON.stringify(validate.errors));
	t.match(result, {
		verdict: 'deny',
		recorded: { session: 's.session.jsonl', seq: 1 },
		explanation: { disagreements: [] },
	});
	const masked = await at('4', '--explain');
	t.match(JSON.parse(masked.stdout).verdict, 'mask');
	t.notMatch(masked.stdout, SECRET.slice(4, 20));
	t.match(await at('2'), {
		code: 2,
		stderr: /answers a request that this policy would not have let go[\s\S]*ERR_EVAL_FRAME/,
	});
	t.match(await at('9'), { code: 2, stderr: /has no frame 9\nhelp: its frames are 1, 2, 3, 4;[\s\S]*ERR_EVAL_FRAME/ });
	const eight = (...args: string[]) => sluice(['eval', 'p', ...args], { cwd, input: call({}) });
	t.match(await eight(), { code: 2, stderr: /nothing to judge[\s\S]*ERR_EVAL_SUBJECT/ });
	t.match(await eight('--at', '1'), { code: 2, stderr: /ERR_EVAL_SUBJECT/ });
	t.match(await eight('--session', 's.session.jsonl'), { code: 2, stderr: /which frame\?[\s\S]*ERR_EVAL_SUBJECT/ });
	t.match(await eight('--session', 's.session.jsonl', '--at', '1', '--input', '-'), {
		code: 2,
		stderr: /ERR_EVAL_SUBJECT/,
	});
	t.match(await eight('--session', 'many', '--at', '1'), { code: 2, stderr: /several sessions[\s\S]*ERR_EVAL_FRAME/ });
	t.match(await eight('--session', 'none.jsonl', '--at', '1'), { code: 2, stderr: /ERR_SESSION_UNKNOWN/ });
	t.match(await eight('--session', 's.session.jsonl', '--at', '0'), { code: 2, stderr: /ERR_USAGE/ });
});

test('eval --session: a session in a store is shown, and reveals nothing', async (t) => {
	const cwd = t.testdir({ p: closing(['exec']), 's.session.jsonl': SESSION });
	t.equal((await sluice(['sessions', 'import', 's.session.jsonl', '--store', 'store'], { cwd })).code, 0);
	const asked = ['eval', 'p', '--session', 'two-calls', '--at', '4', '--store', 'store', '--explain'];
	const shown = await sluice(asked, { cwd });
	t.equal(shown.code, 0);
	t.match(JSON.parse(shown.stdout), { verdict: 'mask', recorded: { session: 'two-calls', seq: 4 } });
	t.notMatch(shown.stdout, SECRET.slice(4, 20));
	const refused = await sluice([...asked, '--reveal'], { cwd });
	t.match(refused, { code: 2, stdout: '', stderr: /sessions export two-calls[\s\S]*ERR_REVEAL/ });
});
