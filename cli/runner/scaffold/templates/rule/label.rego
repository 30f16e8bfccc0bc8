# METADATA
# title: {{title}}
# description: Say in a sentence or two what this rule does, and why.
# custom:
#   severity: medium
#   category: {{category}}
package rules.{{category}}.{{name}}

import rego.v2

# Later frames see it in `input.session.labels`.
label contains "{{label}}" if {
	input.from == "client"
	input.method == "tools/call"
	_concerned
}

# What the rule is about: put your own condition here, and then the tests beside it right.
_concerned if input.tool.name == "{{tool}}"
