# METADATA
# title: Changed tools need a second look
# description: >-
#   A tool whose description, schema or annotations differ from what was first seen or accepted is not called before a
#   human has looked at it.
# custom:
#   severity: high
#   category: tools
#   since: 0.1.0
#   owasp: [LLM03:2025]
#   remediation: Compare the definitions and accept the new one (`sluice tools show`, `sluice tools accept`).
package rules.tools.changed_definition

import rego.v2

import data.lib.holds
import data.lib.tool

hold contains holds.reason(_message, _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	not _as_known
}

deny contains _message if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	not _as_known
}

deny contains "tools/changed_definition is not configured: `action` must be hold or deny, `approvers` a list" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

# A tool that was never listed is the business of `tools/unlisted`.
_as_known if input.tool.definition.status in {"new", "same", "unlisted"}

_message := $"the definition of `{tool.shown}` differs from the accepted one: compare them and accept the new one" if {
	input.tool.definition.status == "changed"
} else := $"it is not known whether the definition of `{tool.shown}` has changed: list the tools and accept it"

_settings := data.settings["tools/changed_definition"]

_configured if {
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
}
