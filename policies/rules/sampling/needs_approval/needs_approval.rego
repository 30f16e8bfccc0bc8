# METADATA
# title: Servers do not use the model unasked
# description: >-
#   Holds (or denies) the request of a server to the client's model (`sampling/createMessage`) until a human has seen what
#   is asked.
# custom:
#   severity: high
#   category: sampling
#   since: 0.2.0
#   owasp_llm: [LLM01:2025, LLM10:2025]
#   owasp_mcp: [MCP06:2025, MCP10:2025]
#   does: hold (or deny)
#   remediation: Ask an approver to look at the messages, or name the server in `trusted_servers`.
#   why: >-
#     With sampling a server writes the prompt, and may ask for the context of other servers with it. It can spend the
#     user's model budget on work of its own, or have the model tell what it knows. Many clients ask nobody.
#   false_positives: >-
#     Servers that are made around sampling ask often. Once you have read what one sends, name it in `trusted_servers`;
#     `sampling/bounds` still holds for it.
#   misses: What a trusted server asks.
#   settings:
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `group:security`; empty: anybody with the role approver"
#     trusted_servers: "servers that may ask without approval"
package rules.sampling.needs_approval

import rego.v2

import data.lib.holds

hold contains holds.reason(_message, _settings.approvers) if {
	input.from == "server"
	input.method == "sampling/createMessage"
	_settings.action == "hold"
	not input.server.name in _settings.trusted_servers
}

deny contains _message if {
	input.from == "server"
	input.method == "sampling/createMessage"
	not _settings.action == "hold"
	not input.server.name in _settings.trusted_servers
}

deny contains "sampling/needs_approval is not configured: see its settings in data.yaml" if {
	input.from == "server"
	input.method == "sampling/createMessage"
	not _configured
}

_message := "the server wants to ask the client's model: a human must look at what it asks"

_settings := data.settings["sampling/needs_approval"]

_configured if {
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
	is_array(_settings.trusted_servers)
}
