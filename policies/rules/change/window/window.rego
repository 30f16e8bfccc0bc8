# METADATA
# title: Changes are made in change windows
# description: >-
#   Holds (or denies) the call of a tool that changes systems (deploy, release, migrate, …) outside of the windows that are
#   configured. Off until it is switched on.
# custom:
#   severity: medium
#   category: change
#   since: 0.2.0
#   owasp_llm: [LLM06:2025]
#   owasp_mcp: [MCP02:2025]
#   does: hold (or deny)
#   remediation: Make the change in the next window, or ask an approver.
#   why: >-
#     An agent does not know that on Friday afternoon nobody is left to roll back. A deployment that is harmless on Tuesday
#     morning is an outage over the weekend.
#   false_positives: >-
#     Tools that speak of changes and make none, like `list_releases` or `get_deploy_status`: name them in `except`.
#     Emergencies: that is what the approval is for.
#   misses: >-
#     Changes by tools with other names, and changes that a general tool makes (a shell, SQL, a file): add such tools to
#     `tools`.
#   settings:
#     windows: "change windows: `days`, `from`, `to` and `timezone` (default UTC); `to` not after `from` means the next day"
#     words: "tools with one of these words in their name change systems"
#     tools: "and these, by name"
#     except: "and these do not"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `group:oncall`; empty: anybody with the role approver"
package rules.change.window

import rego.v2

import data.lib.calendar
import data.lib.changes
import data.lib.holds
import data.lib.tool

hold contains holds.reason(_message, _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	changes.changing(_settings)
	not calendar.within(_settings.windows, input.time.ns)
}

deny contains _message if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	changes.changing(_settings)
	not calendar.within(_settings.windows, input.time.ns)
}

deny contains "change/window is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_message := $"`{tool.shown}` changes systems, and no change window is open: wait for one, or ask for an approval"

_settings := data.settings["change/window"]

_configured if {
	calendar.valid(_settings.windows)
	changes.valid(_settings)
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
}
