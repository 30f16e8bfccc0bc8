package rules.{{category}}.{{name}}_test

import rego.v2

import data.rules.{{category}}.{{name}}

_calling(tool) := {"from": "client", "kind": "request", "method": "tools/call", "tool": {"name": tool}}

test_warn_what_it_is_about if {
	count({{name}}.warn) == 1 with input as _calling("{{tool}}")
}

test_nothing_of_other_tools if {
	{{name}}.warn == set() with input as _calling("other_tool")
}

test_nothing_of_other_frames if {
	{{name}}.warn == set() with input as object.union(_calling("{{tool}}"), {"method": "prompts/get"})
}

# Think of each fact that the rule reads: what if it is not there, or not what you expect?
test_nothing_without_a_tool if {
	{{name}}.warn == set() with input as object.remove(_calling("{{tool}}"), ["tool"])
}
