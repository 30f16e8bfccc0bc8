# METADATA
# title: Only listed tools are called
# description: A tool that its server has never listed is not called, because nobody could see its definition.
# custom:
#   severity: medium
#   category: tools
#   since: 0.1.0
#   owasp: [LLM03:2025]
#   remediation: Call tools/list first; a tool that is not in it does not exist for clients.
package rules.tools.unlisted

import rego.v2

import data.lib.tool

deny contains $"server `{input.server.name}` has not listed `{tool.shown}`: call tools/list and use a tool from it" if {
	input.from == "client"
	input.method == "tools/call"
	not input.tool.definition.status in {"new", "same", "changed"}
}
