# METADATA
# title: Calls have a budget
# description: >-
#   Denies a `tools/call` when the session has used its calls, or its calls of the last minute, or the principal its
#   calls of the last minute over all sessions and servers. A count that is unknown is not below the budget.
# custom:
#   severity: medium
#   category: budget
#   since: 0.1.0
#   owasp_llm: [LLM10:2025, LLM06:2025]
#   owasp_mcp: [MCP02:2025]
#   does: deny
#   remediation: >-
#     Wait a minute, or end the loop that calls; the policy's owner can raise the budget.
#   why: >-
#     An agent in a loop costs money, and does the same damage many times before anybody looks.
#   false_positives: >-
#     Several people behind one token share its budget, and load tests need more: raise the numbers.
#   misses: >-
#     What a call costs: one call can be dearer than a thousand. Calls that were denied do not count.
#   settings:
#     per_session: "calls of one session"
#     per_minute: "calls of one session within a minute"
#     per_minute_everywhere: "calls of one principal within a minute, on all servers"
package rules.budget.calls

import rego.v2

deny contains $"this session has used its {_settings.per_session} calls: start another one" if {
	input.from == "client"
	input.method == "tools/call"
	is_number(_settings.per_session)
	not _below(input.session.calls.total, _settings.per_session)
}

deny contains $"this session has used its {_settings.per_minute} calls a minute: wait" if {
	input.from == "client"
	input.method == "tools/call"
	is_number(_settings.per_minute)
	not _below(input.session.calls.last_minute, _settings.per_minute)
}

deny contains $"you have used your {_settings.per_minute_everywhere} calls a minute on all servers: wait" if {
	input.from == "client"
	input.method == "tools/call"
	is_number(_settings.per_minute_everywhere)
	not _below(input.recent.calls.last_minute, _settings.per_minute_everywhere)
}

deny contains "budget/calls is not configured: its three settings must be numbers" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

# Rego orders any two values, so a count of another type must not compare; unknown is not below.
_below(calls, limit) if {
	is_number(calls)
	calls < limit
}

_settings := data.settings["budget/calls"]

_configured if {
	is_number(_settings.per_session)
	is_number(_settings.per_minute)
	is_number(_settings.per_minute_everywhere)
}
