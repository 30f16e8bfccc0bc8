# METADATA
# title: New tools of known servers need a look
# description: >-
#   On servers whose tools were reviewed, holds (or denies) the call of a tool that was never seen there before, until
#   somebody has accepted its definition. A status that is absent or unknown counts as new.
# custom:
#   severity: medium
#   category: tools
#   since: 0.2.0
#   owasp_llm: [LLM03:2025]
#   owasp_mcp: [MCP03:2025, MCP04:2025]
#   does: hold (or deny, or warn)
#   remediation: Look at the definition and accept it (`sluice tools show`, `sluice tools accept`).
#   why: >-
#     A review of a server is a review of the tools that it had that day. An update, or who took the package over, adds one
#     more, `export_all`, and every agent that lists the tools can call it within the minute.
#   false_positives: >-
#     Every update that adds a tool is held until somebody accepts it: that is its purpose. Do not name servers that make
#     tools as they go.
#   misses: >-
#     Servers that `servers` does not name, so until it names some nothing happens. A tool that does more than it did under
#     the same definition.
#   settings:
#     servers: "names of the servers whose tools were reviewed; `*` is all of them"
#     action: "`hold`, `deny` or `warn`"
#     approvers: "who may approve, e.g. `group:security`; empty: anybody with the role approver"
package rules.tools.new_definition

import rego.v2

import data.lib.holds
import data.lib.tool

hold contains holds.reason(_message, _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	_new
}

deny contains _message if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action in {"hold", "warn"}
	_new
}

warn contains _message if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "warn"
	_new
}

deny contains "tools/new_definition is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_message := $"`{tool.shown}` was not there when the tools of this server were reviewed: look at its definition and accept it"

_new if {
	count(_settings.servers) > 0
	not _other_server
	not input.tool.definition.status in {"same", "changed", "unlisted"}
}

_other_server if {
	is_string(input.server.name)
	not input.server.name in _settings.servers
	not "*" in _settings.servers
}

_settings := data.settings["tools/new_definition"]

_configured if {
	_settings.action in {"hold", "deny", "warn"}
	is_array(_settings.servers)
	is_array(_settings.approvers)
}
