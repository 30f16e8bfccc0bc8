# METADATA
# title: Shell tools are closed
# description: >-
#   Denies calls of tools that run a shell, a command or a program text: a word of `words` in the name (`run_bash`,
#   `shell-exec`, `openTerminal`), or a name of `tools`. They also leave the list that clients see.
# custom:
#   severity: critical
#   category: shell
#   since: 0.1.0
#   owasp_llm: [LLM06:2025]
#   owasp_mcp: [MCP05:2025]
#   does: deny
#   remediation: >-
#     Use a tool made for the task, or ask the policy's owner for an exception with an end date.
#   why: >-
#     With a shell, every other rule is only advice.
#   false_positives: >-
#     A tool `exec_report` is closed too: change `words`, or make an exception for the tool with an end date.
#   misses: >-
#     A shell under another name: add it to `tools`, or use `access/allowlist`.
#   settings:
#     words: "words in the names of such tools"
#     tools: "such tools by name"
package rules.shell.closed

import rego.v2

import data.lib.tool

deny contains $"shell tools are closed and `{tool.shown}` is one: use a tool made for the task" if {
	input.from == "client"
	input.method == "tools/call"
	_opens_a_shell
}

deny contains "shell/closed is not configured: `words` and `tools` must be lists" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_opens_a_shell if {
	some word in _settings.words
	word in tool.words
}

_opens_a_shell if tool.among(_settings.tools)

_settings := data.settings["shell/closed"]

_configured if {
	is_array(_settings.words)
	is_array(_settings.tools)
}
