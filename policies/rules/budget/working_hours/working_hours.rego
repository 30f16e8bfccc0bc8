# METADATA
# title: Calls stay within working hours
# description: >-
#   Holds (or denies) tool calls outside of the hours and days that are configured, so that nobody's agent works on while
#   nobody watches. Off until it is switched on.
# custom:
#   severity: low
#   category: budget
#   since: 0.2.0
#   owasp_llm: [LLM06:2025, LLM10:2025]
#   owasp_mcp: [MCP02:2025]
#   does: hold (or deny, or warn)
#   remediation: Wait for the next working day, or ask an approver.
#   why: >-
#     A stolen token is used at night, when its owner would not notice. An agent that was left running over the weekend
#     repeats its mistake until Monday.
#   false_positives: >-
#     Scheduled jobs and people on call work at night: name their groups in `except_groups`. Public holidays are working days
#     here.
#   misses: What is done within the hours; requests other than tool calls.
#   settings:
#     windows: "working hours: `days`, `from`, `to` and `timezone` (default UTC); `to` not after `from` means the next day"
#     except_groups: "groups that may call at any time"
#     action: "`hold`, `deny` or `warn`"
#     approvers: "who may approve, e.g. `group:oncall`; empty: anybody with the role approver"
package rules.budget.working_hours

import rego.v2

import data.lib.calendar
import data.lib.holds

hold contains holds.reason(_message, _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	not _open
}

deny contains _message if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action in {"hold", "warn"}
	not _open
}

warn contains _message if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "warn"
	not _open
}

deny contains "budget/working_hours is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_message := "it is outside of working hours: wait, or ask for an approval"

_open if {
	some group in input.principal.groups
	group in _settings.except_groups
}

_open if calendar.within(_settings.windows, input.time.ns)

_settings := data.settings["budget/working_hours"]

_configured if {
	calendar.valid(_settings.windows)
	is_array(_settings.except_groups)
	_settings.action in {"hold", "deny", "warn"}
	is_array(_settings.approvers)
}
