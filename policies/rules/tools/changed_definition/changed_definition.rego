# METADATA
# title: Changed tools need a second look
# description: >-
#   Holds (or denies) the call of a tool whose description, schema or annotations differ from what was first seen or
#   accepted. A status that is absent or unknown counts as changed; a tool that was never listed is the business of
#   [`tools/unlisted`](../unlisted/README.md).
# custom:
#   severity: high
#   category: tools
#   since: 0.1.0
#   owasp_llm: [LLM03:2025, LLM01:2025]
#   owasp_mcp: [MCP03:2025, MCP04:2025]
#   does: hold, or deny
#   remediation: >-
#     Compare the definitions and accept the new one (`sluice tools show`, `sluice tools accept`).
#   why: >-
#     A server, or who took it over, can change what a tool says of itself after it was reviewed: the text reaches the
#     model as an instruction.
#   false_positives: >-
#     Every update of a server that touches a tool is held until somebody accepts the new definition: that is its
#     purpose.
#   misses: >-
#     A definition that was bad when it was first seen, and a tool that does something else than it says.
#   settings:
#     action: "`hold` or `deny`; a deny also takes the tool out of the list that clients see"
#     approvers: "who may approve, e.g. `[\"group:security\"]`; none: anybody with the role approver"
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
