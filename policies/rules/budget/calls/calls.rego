# METADATA
# title: Calls have a budget
# description: A session, and a principal over all its sessions, may call tools only so often.
# custom:
#   severity: medium
#   category: budget
#   since: 0.1.0
#   owasp: [LLM10:2025]
#   remediation: Wait a minute, or end the loop that calls; the policy's owner can raise the budget.
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
