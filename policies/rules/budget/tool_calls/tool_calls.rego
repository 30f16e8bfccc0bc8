# METADATA
# title: A tool has a budget of its own
# description: >-
#   Denies the call of a tool that the session has called as often as it may. A count that cannot be read is not below the
#   budget.
# custom:
#   severity: medium
#   category: budget
#   since: 0.2.0
#   owasp_llm: [LLM10:2025, LLM06:2025]
#   owasp_mcp: [MCP02:2025]
#   does: deny
#   remediation: Begin a new session, or end the loop that calls; the policy's owner can raise the budget.
#   why: >-
#     Five thousand searches are work, five hundred mails are an accident. What costs money or reaches people needs a smaller
#     budget than `budget/calls` can give to all tools together.
#   false_positives: A session that lives for weeks uses any budget up. Bulk work that is meant needs an exception with an end date.
#   misses: >-
#     Tools that neither `limits` nor `everything_else` names. The same work by several sessions. The same name on two servers
#     has one budget, each session its own count.
#   settings:
#     limits: "calls a session by name of the tool, in lower case, e.g. `send_mail: 20`; 0: no budget"
#     everything_else: "calls a session of each other tool; 0: no budget"
package rules.budget.tool_calls

import rego.v2

import data.lib.tool

deny contains $"this session has used its {_limit} calls of `{tool.shown}`: begin another one" if {
	input.from == "client"
	input.method == "tools/call"
	_limit > 0
	not _below
}

deny contains "budget/tool_calls is not configured: its settings must be numbers from 0 on" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_limit := own if {
	own := _settings.limits[tool.name]
} else := _settings.everything_else

# A tool that was never called has no count.
_below if {
	is_string(input.tool.name)
	is_object(input.session.calls.by_tool)
	not input.tool.name in object.keys(input.session.calls.by_tool)
}

_below if {
	calls := input.session.calls.by_tool[input.tool.name]
	is_number(calls)
	calls < _limit
}

_settings := data.settings["budget/tool_calls"]

_configured if {
	is_object(_settings.limits)
	every limit in _settings.limits {
		is_number(limit)
		limit >= 0
	}
	is_number(_settings.everything_else)
	_settings.everything_else >= 0
}
