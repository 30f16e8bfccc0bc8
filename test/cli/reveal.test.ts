import { test } from 'tap';
import { type Format, formats } from '../../cli/output/formats.ts';
import type { Report } from '../../cli/output/report.ts';
import { runDiff } from '../../cli/runner/diff.ts';
import { runReplay } from '../../cli/runner/replay.ts';
import { runTest } from '../../cli/runner/test.ts';
import { quietShell } from './shell.ts';
import { sluice } from './spawn.ts';

/** Made up, one for each kind that the detectors know by its shape. */
const PLANTED = {
	'secret/github-token': 'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
	'secret/aws-access-key': 'AKIAQYLPMN5HHHFPZAM2',
	'pii/email': 'zelda.quux@corp.example.org',
	'pii/card': '4111111111111111',
	'secret/slack-token': 'xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx',
};
const VALUES = Object.values(PLANTED);

/** Rules that repeat whatever they see, in each set and each field that is text. */
const leaky = (verdict: string) => `# METADATA
# title: Repeats what it sees
# description: Says in its message what was sent.
# custom:
#   severity: low
package rules.leak.${verdict}

import rego.v2

${verdict} contains ${verdict === 'hold' ? '{"message": $"{said}", "approvers": [$"user:{said}"]}' : '$"{said}"'} if {
	input.kind in {"request", "result"}
	some said in texts
}

texts contains input.tool.name

texts contains input.tool.arguments.text

texts contains input.result.content[0].text

texts contains input.params.note
`;

function session(): string {
	const lines: object[] = [{ sluice: 'session', version: 1, id: 'leaks', server: { name: 'box' } }];
	let seq = 0;
	for (const [i, value] of VALUES.entries()) {
		const said = `here ${value} there`;
		const params = { name: i === 0 ? value : 'say', arguments: { text: said, [value]: 1 }, note: said };
		const request = { jsonrpc: '2.0', id: i + 1, method: 'tools/call', params };
		const result = { content: [{ type: 'text', text: said }], structuredContent: { [value]: [said] } };
		const answer = i % 2 === 0 ? { result } : { error: { code: 1, message: said, data: result } };
		lines.push({ seq: ++seq, from: 'client', text: JSON.stringify(request), verdict: 'allow', outcome: 'forwarded' });
		lines.push({ seq: ++seq, from: 'server', text: JSON.stringify({ jsonrpc: '2.0', id: i + 1, ...answer }) });
	}
	return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

const suite = `policy: ../p
cases:
  - session: s.session.jsonl
    expect: [{ at: 1, verdict: allow, rule: leak/deny }, { at: 2, verdict: hold, masked: [/result/x] }]
`;

/** Wrapped and indented lines, and what formats escape, are put together again. */
function leaks(shown: string): string[] {
	const joined = shown.replaceAll(/\\n|%0A|&#10;|\n/g, '').replaceAll(/\s+/g, '');
	return VALUES.filter((value) => joined.includes(value));
}

test('no report in any format shows a value that a finding covers', async (t) => {
	const policy = (...verdicts: string[]) => ({
		rules: { leak: Object.fromEntries(verdicts.map((v) => [v, { 'rule.rego': leaky(v) }])) },
	});
	const cwd = t.testdir({
		p: policy('deny', 'warn'),
		q: policy('hold', 'warn'),
		none: policy('warn'),
		f: { 'suite.yaml': suite, 's.session.jsonl': session(), 's.verdicts.yaml': 'version: 1\nframes: {}\n' },
	});
	const shell = quietShell(cwd);
	const sessions = ['f/s.session.jsonl'];
	const reports: Record<string, Report> = {
		test: await runTest({ paths: ['f'] }, shell),
		'replay p': await runReplay({ sessions, policy: 'p' }, shell),
		'replay q': await runReplay({ sessions, policy: 'q' }, shell),
		'diff p q': await runDiff({ from: 'p', to: 'q', sessions, failOn: 'any' }, shell),
		'diff p none': await runDiff({ from: 'p', to: 'none', sessions, failOn: 'any' }, shell),
	};
	for (const [name, report] of Object.entries(reports)) {
		t.equal(report.exit, 1, `${name} has something to say`);
		for (const format of Object.keys(formats) as Format[]) {
			const shown = formats[format](report, { width: 80, color: false });
			t.strictSame(leaks(shown), [], `${name} as ${format}`);
		}
	}
	for (const report of [
		await runReplay({ sessions, policy: 'p', reveal: true, limit: 100 }, shell),
		await runDiff({ from: 'p', to: 'q', sessions, failOn: 'any', reveal: true, limit: 100 }, shell),
	]) {
		t.strictSame(leaks(formats.text(report, { width: 80, color: false })), VALUES, 'who asks for it sees it');
	}
	for (const args of [
		['--all', '--store', 'x'],
		['leaks', '--store', 'x'],
		[...sessions, '--gateway', 'http://127.0.0.1:1'],
	]) {
		t.match(await sluice(['replay', '--policy', 'p', '--reveal', ...args], { cwd }), { code: 2, stderr: /ERR_REVEAL/ });
	}
	for (const args of [
		['play', ...sessions],
		['replay', ...sessions, '--policy', 'q'],
	]) {
		const { stdout, stderr } = await sluice(args, { cwd });
		t.ok(stdout.length > 0);
		t.strictSame(leaks(stdout + stderr), [], args.join(' '));
	}
});
