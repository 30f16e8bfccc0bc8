# METADATA
# title: Nothing is sent after untrusted reading
# description: >-
#   Sets the label `untrusted-data` on the session and, for `remember`, on the principal when a server labelled
#   `untrusted` answers. From then on it holds (or denies) calls of tools that send, on any server.
# custom:
#   severity: high
#   category: flow
#   since: 0.1.0
#   owasp_llm: [LLM01:2025, LLM02:2025]
#   owasp_mcp: [MCP06:2025, MCP10:2025]
#   does: label, then hold or deny
#   remediation: >-
#     Ask an approver to look at what is sent, or send from a session that has not read untrusted data.
#   why: >-
#     Instructions hidden in a web page or an issue become dangerous when the agent that read them can also send. Each
#     call alone looks harmless; the order does not.
#   false_positives: >-
#     Every mail after a web search is held, also one that has nothing to do with it: name servers where sending is no
#     leak in `trusted_servers`.
#   misses: >-
#     A tool that sends under a harmless name: add it to `tools`. Data of a server that has no label: give it one in
#     `sluice.yaml`.
#   settings:
#     labels: "labels of servers whose data strangers could have written (`servers.web.labels` in `sluice.yaml`)"
#     sending: "words of tools that send data away"
#     tools: "tools that send data away, by name"
#     trusted_servers: "sending there is no leak"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `[\"group:oncall\"]`; none: anybody with the role approver"
#     remember: "how long a principal is remembered to have read such data, on all servers"
package rules.flow.untrusted_then_send

import rego.v2

import data.lib.holds
import data.lib.tool

# The mark of the session lasts as long as the session; the one of the principal reaches its other sessions.
label contains "untrusted-data" if _untrusted_data

label contains {"label": "untrusted-data", "scope": "principal", "for": _settings.remember} if _untrusted_data

hold contains holds.reason(_message, _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	_sends
	not _clean
}

deny contains _message if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	_sends
	not _clean
}

deny contains "flow/untrusted_then_send is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_message := $"`{tool.shown}` sends data, and untrusted data was read before: a human must look at what is sent"

# An error can carry a stranger's words as well as a result.
_untrusted_data if {
	input.from == "server"
	input.kind in {"result", "error"}
	input.method in {"tools/call", "resources/read", "prompts/get", "tasks/result"}
	some label in input.server.labels
	label in _settings.labels
}

_sends if {
	not input.server.name in _settings.trusted_servers
	_sending
}

_sending if {
	some word in _settings.sending
	word in tool.words
}

_sending if tool.among(_settings.tools)

# Unknown labels are not clean.
_clean if {
	is_array(input.session.labels)
	is_array(input.recent.labels)
	not "untrusted-data" in input.session.labels
	not "untrusted-data" in input.recent.labels
}

_settings := data.settings["flow/untrusted_then_send"]

_configured if {
	is_array(_settings.labels)
	is_array(_settings.sending)
	is_array(_settings.tools)
	is_array(_settings.trusted_servers)
	is_array(_settings.approvers)
	is_string(_settings.remember)
	_settings.action in {"hold", "deny"}
}
