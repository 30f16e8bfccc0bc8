# METADATA
# title: Destructive SQL needs a human
# description: Statements that drop, truncate, or delete or update without a condition wait for somebody's approval.
# custom:
#   severity: high
#   category: sql
#   since: 0.1.0
#   owasp: [LLM06:2025]
#   remediation: Add a `where`, or ask an approver; the identical call passes once it is approved.
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
