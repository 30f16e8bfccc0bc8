/** A policy of one rule that denies the tools in `data.closed`, and a test of it; a folder for `t.testdir`. */
export function closing(
	tools: readonly string[],
	extra: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {},
) {
	return {
		'data.json': JSON.stringify({ closed: tools }),
		rules: { shell: { closed: { 'closed.rego': CLOSED, 'closed_test.rego': TEST } } },
		...extra,
	};
}

const CLOSED = `# METADATA
# title: Some tools are closed
# custom:
#   severity: high
package rules.shell.closed

deny contains "this tool is closed" if {
	input.from == "client"
	input.method == "tools/call"
	input.tool.name in data.closed
}

mask contains {"message": "tokens stay", "finding": "secret/*"} if input.from == "server"
`;

const TEST = `package rules.shell.closed_test

import data.rules.shell.closed

test_deny_closed if {
	count(closed.deny) == 1 with input as {"from": "client", "method": "tools/call", "tool": {"name": "exec"}}
		with data.closed as ["exec"]
}

test_allow_other if {
	count(closed.deny) == 0 with input as {"from": "client", "method": "tools/call", "tool": {"name": "read"}}
		with data.closed as ["exec"]
}
`;

/** One call each of `exec` and `read`, each answered; the second answer holds a made-up token. */
export const SESSION = [
	{ sluice: 'session', version: 1, id: 'two-calls', server: { name: 'box' } },
	call(1, 1, 'exec'),
	answer(2, 1, 'done'),
	call(3, 2, 'read'),
	answer(4, 2, 'token ghp_abcdefghijklmnopqrstuvwxyz0123456789 end'),
]
	.map((line) => `${JSON.stringify(line)}\n`)
	.join('');

function call(seq: number, id: number, name: string) {
	return {
		seq,
		from: 'client',
		text: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } }),
	};
}

function answer(seq: number, id: number, text: string) {
	return {
		seq,
		from: 'server',
		text: JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } }),
	};
}
