# METADATA
# title: Destructive SQL needs a human
# description: >-
#   Holds (or denies) a call whose SQL drops, truncates, or deletes or updates without a `where`. SQL is looked for
#   under the argument names of `keys`, at any depth, in each statement.
# custom:
#   severity: high
#   category: sql
#   since: 0.1.0
#   owasp_llm: [LLM05:2025, LLM06:2025]
#   owasp_mcp: [MCP05:2025]
#   does: hold, or deny
#   remediation: >-
#     Add a `where`, or ask an approver; the identical call passes once it is approved.
#   why: >-
#     A missing `where` is the classic accident, and an agent makes it faster.
#   false_positives: >-
#     Words are read, not a dialect. Text in single quotes is left out; where a comment, a backslash or `$$` makes it
#     doubtful what is quoted, a `where` is not believed, so a commented `delete … where` is held. A search text such
#     as `drop table history` under `query` is held.
#   misses: >-
#     `where true`, and SQL that the server builds itself.
#   settings:
#     keys: "arguments that hold SQL, in lower case, at any depth"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `[\"group:dba\"]`; none: anybody with the role approver"
package rules.sql.destructive

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

deny contains $"the SQL in this call {_does}: add a `where`, or leave it out" if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	_does
}

deny contains "sql/destructive is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

# One reason a call, so that one approval is enough: the worst.
_does := "drops something" if {
	"drops" in _dangers
} else := "truncates a table" if {
	"truncates" in _dangers
} else := "deletes all rows" if {
	"deletes" in _dangers
} else := "updates all rows" if {
	"updates" in _dangers
}

_dangers contains danger if {
	some named in arguments.under(_settings.keys)
	some danger in sql.dangers(named.value)
}

_settings := data.settings["sql/destructive"]

_configured if {
	is_array(_settings.keys)
	is_array(_settings.approvers)
	_settings.action in {"hold", "deny"}
}
