# METADATA
# title: Calls must be well formed
# description: >-
#   A tools/call names its tool with a text, passes its arguments as an object and wants an answer. All rules that ask
#   which tool is called rest on this one.
# custom:
#   severity: high
#   category: tools
#   since: 0.1.0
#   owasp: [LLM06:2025]
#   remediation: Send tools/call as a request with `params.name` as text and `params.arguments` as an object.
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
