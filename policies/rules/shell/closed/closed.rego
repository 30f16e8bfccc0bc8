# METADATA
# title: Shell tools are closed
# description: Nobody runs a shell, a command or a program text through the gateway.
# custom:
#   severity: critical
#   category: shell
#   since: 0.1.0
#   owasp: [LLM06:2025]
#   remediation: Use a tool made for the task, or ask the policy's owner for an exception with an end date.
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
