# METADATA
# title: Only listed tools are called
# description: >-
#   Denies the call of a tool that its server has not listed. Off in profile `starter`.
# custom:
#   severity: medium
#   category: tools
#   since: 0.1.0
#   owasp_llm: [LLM03:2025, LLM06:2025]
#   owasp_mcp: [MCP03:2025, MCP09:2025]
#   does: deny
#   remediation: >-
#     Call tools/list first; a tool that is not in it does not exist for clients.
#   why: >-
#     Nobody could see or pin the definition of a tool that is in no list.
#   false_positives: >-
#     Clients that call tools without ever asking for the list are denied until they do.
#   misses: >-
#     What a listed tool does.
package rules.tools.unlisted

import rego.v2

import data.lib.tool

deny contains $"server `{input.server.name}` has not listed `{tool.shown}`: call tools/list and use a tool from it" if {
	input.from == "client"
	input.method == "tools/call"
	not input.tool.definition.status in {"new", "same", "changed"}
}
