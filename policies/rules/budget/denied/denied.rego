# METADATA
# title: Who is denied again and again is stopped
# description: >-
#   Holds (or denies) every tool call of a session that has had many calls denied, and more denied than a share of all its
#   calls. Counts that are unknown count as too many.
# custom:
#   severity: medium
#   category: budget
#   since: 0.2.0
#   owasp_llm: [LLM06:2025, LLM10:2025]
#   owasp_mcp: [MCP02:2025, MCP06:2025]
#   does: hold (or deny)
#   remediation: Read why the calls were denied, correct the agent, and begin a new session.
#   why: >-
#     An agent that follows a planted instruction tries one tool after the other until one lets it through. Each denial
#     teaches it what the policy looks for.
#   false_positives: >-
#     An agent whose task simply is not allowed here collects denials too; it does no good to let it go on. Raise `at_least`
#     where a policy is new and denies much. With `hold`, approved calls count, so a session can work its way out.
#   misses: Probing slowly, or spread over sessions and servers. Denials of other requests than tool calls do not count.
#   settings:
#     at_least: "denied calls of the session from which on the rule looks"
#     share: "denied calls as a share of all calls, 0 to 1, from which on it acts"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `group:oncall`; empty: anybody with the role approver"
package rules.budget.denied

import rego.v2

import data.lib.holds

hold contains holds.reason(_message, _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	not _few
}

deny contains _message if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	not _few
}

deny contains "budget/denied is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_message := "most calls of this session were denied: read why before going on"

_few if {
	is_number(input.session.calls.denied)
	input.session.calls.denied < _settings.at_least
}

# `total` counts those that were not denied. What is no number has no sum.
_few if {
	input.session.calls.denied < _settings.share * (input.session.calls.denied + input.session.calls.total)
}

_settings := data.settings["budget/denied"]

_configured if {
	is_number(_settings.at_least)
	is_number(_settings.share)
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
}
