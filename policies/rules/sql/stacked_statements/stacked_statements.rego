# METADATA
# title: One statement a call
# description: >-
#   Holds (or denies) a call whose SQL holds several statements, and warns of comments outside quotes, or treats them
#   alike where `comments` is `stop`.
# custom:
#   severity: medium
#   category: sql
#   since: 0.2.0
#   owasp_llm: [LLM05:2025]
#   owasp_mcp: [MCP05:2025]
#   does: hold, or deny (warn for comments)
#   remediation: >-
#     Send one statement a call, without comments.
#   why: >-
#     Injected SQL ends the statement it was put into and begins its own (`'; drop table users; --`), and a comment
#     hides what was to follow. An agent that writes SQL by itself needs neither.
#   false_positives: >-
#     Transactions and scripts in one call, bodies of functions, and `;` in a quoted name. Statements of reports often
#     have comments, so those are only a warning in the starter profile.
#   misses: >-
#     What a single statement does: that is `sql/destructive` and `sql/read_only`.
#   settings:
#     keys: "arguments that hold SQL, in lower case, at any depth"
#     comments: "`warn`, or `stop` to treat a comment like a second statement"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `[\"group:dba\"]`; none: anybody with the role approver"
package rules.sql.stacked_statements

import rego.v2

import data.lib.arguments
import data.lib.holds
import data.lib.sql

hold contains holds.reason($"the SQL in this call {_does}: a human must approve it", _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	_does
}

deny contains $"the SQL in this call {_does}: send one statement without comments" if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	_does
}

warn contains "the SQL in this call has a comment, which can hide its end" if {
	input.from == "client"
	input.method == "tools/call"
	_settings.comments == "warn"
	_commented
}

deny contains "sql/stacked_statements is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

# One reason a call, so that one approval is enough.
_does := "holds several statements" if {
	some named in arguments.under(_settings.keys)
	sql.statements(named.value) > 1
} else := "has a comment, which can hide its end" if {
	not _settings.comments == "warn"
	_commented
}

_commented if {
	some named in arguments.under(_settings.keys)
	sql.commented(named.value)
}

_settings := data.settings["sql/stacked_statements"]

_configured if {
	is_array(_settings.keys)
	_settings.comments in {"warn", "stop"}
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
}
