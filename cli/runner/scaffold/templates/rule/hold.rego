# METADATA
# title: {{title}}
# description: Say in a sentence or two what this rule does, and why.
# custom:
#   severity: medium
#   category: {{category}}
package rules.{{category}}.{{name}}

import rego.v2

hold contains {"message": "say here what a human has to look at", "timeout": "10m"} if {
	input.from == "client"
	input.kind == "request"
	input.method == "tools/call"
	_concerned
}

# What the rule is about: put your own condition here, and then the tests beside it right.
_concerned if input.tool.name == "{{tool}}"
