# METADATA
# title: Calls must be well formed
# description: >-
#   Denies a `tools/call` whose `name` is no text of 1 to 128 characters, whose `arguments` are no object, or that is
#   a notification. All rules that ask which tool is called rest on this one.
# custom:
#   severity: high
#   category: tools
#   since: 0.1.0
#   owasp_llm: [LLM06:2025]
#   owasp_mcp: [MCP05:2025]
#   does: deny
#   remediation: >-
#     Send tools/call as a request with `params.name` as text and `params.arguments` as an object.
#   why: >-
#     Every rule that asks which tool is called needs a name it can read. A server that is more liberal would run what
#     no rule has understood.
#   false_positives: >-
#     None known: the protocol asks for this shape.
#   misses: >-
#     Arguments that do not fit the tool's own schema: that is the server's to refuse.
package rules.tools.malformed_call

import rego.v2

deny contains "tools/call must name its tool in `params.name` with a text of 1 to 128 characters" if {
	_call
	not _named
}

deny contains "tools/call must pass `params.arguments` as an object" if {
	_call
	not _arguments_fit
}

deny contains "tools/call must be a request: give it an id" if {
	_call
	input.kind == "notification"
}

# Tools found in a list are judged as if called, with nothing but their name.
_call if {
	input.from == "client"
	input.method == "tools/call"
	not input.embedded_in == "tools/list"
}

_named if {
	is_string(input.params.name)
	count(input.params.name) > 0
	count(input.params.name) <= 128
	input.tool.name == input.params.name
}

_arguments_fit if is_object(input.params.arguments)

_arguments_fit if not "arguments" in object.keys(input.params)
