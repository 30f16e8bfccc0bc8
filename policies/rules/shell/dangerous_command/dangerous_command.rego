# METADATA
# title: Commands that hand over a machine are refused
# description: >-
#   Denies (or holds) calls whose command removes everything below a place, runs what it downloads or decodes, opens a
#   reverse shell, overwrites a device, opens files to everybody, stops the machine or is a fork bomb. It is for shell
#   tools that [`shell/closed`](../closed/README.md) lets through by an exception.
# custom:
#   severity: critical
#   category: shell
#   since: 0.2.0
#   owasp_llm: [LLM06:2025, LLM05:2025]
#   owasp_mcp: [MCP05:2025]
#   does: deny (or hold)
#   remediation: >-
#     Do it in steps that can be seen: download, look, then run; name the folder that is to be removed.
#   why: >-
#     A shell that had to be opened for one task is open for every other one: `curl … | sh` from a README that the
#     agent follows, or `rm -rf $DIR/*` with an empty variable.
#   false_positives: >-
#     A text that only speaks of such a command counts as one (`echo "rm -rf /"`), and so does removing everything in
#     the current folder (`rm -rf *`) on purpose: set `action` to `hold`, or name the server in `trusted_servers`.
#   misses: >-
#     Whatever is put together at run time (`$(printf …)`), spelled in another language, or in a script file that is
#     run later. It is a net for accidents and lazy attacks, not a fence: that is `shell/closed`.
#   details: |
#     The texts under the argument names of `keys` are read, at any depth, each on its own and, since many tools take the program
#     and its arguments apart, all of them and then those under `list_keys` as one command.
#   settings:
#     keys: "arguments that hold a command or a script, in lower case, at any depth"
#     list_keys: "arguments that hold the words that follow the program"
#     trusted_servers: "servers whose calls are not looked at, e.g. a sandbox"
#     action: "`deny` or `hold`"
#     approvers: "who may approve, e.g. `[\"group:oncall\"]`; none: anybody with the role approver"
package rules.shell.dangerous_command

import rego.v2

import data.lib.arguments
import data.lib.commands
import data.lib.holds

deny contains $"the command {danger}: do it in steps that can be seen" if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	some danger in _dangers
}

hold contains holds.reason($"the command {concat(", ", sort(_dangers))}: a human must approve it", _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	count(_dangers) > 0
}

deny contains "shell/dangerous_command is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_dangers contains danger if {
	not input.server.name in _settings.trusted_servers
	some text in _texts
	some danger in commands.dangers(text)
}

# Each text alone, and all of a call as one command.
_texts contains text if some text in _commands

_texts contains text if some text in _words

_texts contains concat(" ", array.concat(_commands, _words))

_commands := [named.value |
	some named in sort(arguments.under(_settings.keys))
	is_string(named.value)
]

_words := [named.value |
	some named in sort(arguments.under(_settings.list_keys))
	is_string(named.value)
]

_settings := data.settings["shell/dangerous_command"]

_configured if {
	is_array(_settings.keys)
	is_array(_settings.list_keys)
	is_array(_settings.trusted_servers)
	_settings.action in {"deny", "hold"}
	is_array(_settings.approvers)
}
