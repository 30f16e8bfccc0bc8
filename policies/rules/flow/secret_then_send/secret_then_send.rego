# METADATA
# title: Nothing is sent after a secret was seen
# description: >-
#   Sets the label `secret-seen` on the session and, for `remember`, on the principal when an answer holds a secret
#   (`secret/*`). From then on it holds (or denies) calls of tools that send, on any server. Off in profile `starter`.
# custom:
#   severity: high
#   category: flow
#   since: 0.2.0
#   owasp_llm: [LLM02:2025, LLM01:2025]
#   owasp_mcp: [MCP01:2025, MCP06:2025, MCP10:2025]
#   does: label, then hold or deny
#   remediation: >-
#     Ask an approver to look at what is sent, or send from a session that has not met a secret.
#   why: >-
#     Masks take the secrets that detectors know out of an answer; what stands beside them in the same file (host
#     names, user names, a password of another shape) stays. Who has been in such a place looks after what leaves
#     next.
#   false_positives: >-
#     Every mail after a look at a configuration file is held, although the secret itself was masked. That is why it
#     is off in the starter profile.
#   misses: >-
#     Secrets that no detector knows, and tools that send under a harmless name: add those to `tools`.
#   settings:
#     sending: "words of tools that send data away"
#     tools: "tools that send data away, by name"
#     trusted_servers: "sending there is no leak"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `[\"group:oncall\"]`; none: anybody with the role approver"
#     remember: "how long a principal is remembered to have seen a secret, on all servers"
package rules.flow.secret_then_send

import rego.v2

import data.lib.holds
import data.lib.sending
import data.lib.tool

# The mark of the session lasts as long as the session; the one of the principal reaches its other sessions.
label contains "secret-seen" if _held_a_secret

label contains {"label": "secret-seen", "scope": "principal", "for": _settings.remember} if _held_a_secret

hold contains holds.reason(_message, _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	sending.sends(_settings)
	not _clean
}

deny contains _message if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	sending.sends(_settings)
	not _clean
}

deny contains "flow/secret_then_send is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_message := $"`{tool.shown}` sends data, and a secret was seen before: a human must look at what is sent"

_held_a_secret if {
	input.from == "server"
	input.kind in {"result", "error"}
	input.method in {"tools/call", "resources/read", "prompts/get", "tasks/result"}
	not _without_secrets
}

# Without a list of findings nobody has looked.
_without_secrets if {
	is_array(input.findings)
	every finding in input.findings {
		not startswith(finding.type, "secret/")
	}
}

# Unknown labels are not clean.
_clean if {
	is_array(input.session.labels)
	is_array(input.recent.labels)
	not "secret-seen" in input.session.labels
	not "secret-seen" in input.recent.labels
}

_settings := data.settings["flow/secret_then_send"]

_configured if {
	is_array(_settings.sending)
	is_array(_settings.tools)
	is_array(_settings.trusted_servers)
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
	is_string(_settings.remember)
}
