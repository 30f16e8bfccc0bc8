# METADATA
# title: Nothing unreadable is sent
# description: >-
#   Holds (or denies) calls of tools that send when an argument has a run of base64 or hexadecimal digits of at least
#   `length` characters. On `shadow` in profile `starter`.
# custom:
#   severity: medium
#   category: flow
#   since: 0.2.0
#   owasp_llm: [LLM02:2025, LLM01:2025]
#   owasp_mcp: [MCP06:2025, MCP10:2025]
#   does: hold (or deny)
#   remediation: >-
#     Send text as text; or ask an approver to look at what the blob is.
#   why: >-
#     Detectors and people read text. An agent that is told to encode a file before it posts it gets past both:
#     encoding is the first thing that instructions for theft ask for.
#   false_positives: >-
#     Tools that upload images and documents get base64 on purpose: name them in `except`. Long identifiers without
#     blanks are shorter than the default `length`.
#   misses: >-
#     Short pieces in many calls, other encodings (emoji, words, percent escapes), and blobs of servers that send
#     under a harmless name.
#   settings:
#     length: "characters in a row, line ends left out"
#     sending: "words of tools that send data away"
#     tools: "tools that send data away, by name"
#     except: "tools that may send blobs"
#     trusted_servers: "sending there is no leak"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `[\"group:oncall\"]`; none: anybody with the role approver"
package rules.flow.encoded_payload

import rego.v2

import data.lib.arguments
import data.lib.encodings
import data.lib.holds
import data.lib.sending
import data.lib.tool

hold contains holds.reason($"{_message}: a human must look at what is sent", _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	_blob
}

deny contains $"{_message}: send text as text" if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	_blob
}

deny contains "flow/encoded_payload is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_message := $"`{tool.shown}` would send a long encoded text"

_blob if {
	sending.sends(_settings)
	not tool.among(_settings.except)
	is_number(_settings.length)
	some named in arguments.containing("")
	encodings.blob(named.value, _settings.length)
}

_settings := data.settings["flow/encoded_payload"]

_configured if {
	is_number(_settings.length)
	is_array(_settings.sending)
	is_array(_settings.tools)
	is_array(_settings.except)
	is_array(_settings.trusted_servers)
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
}
