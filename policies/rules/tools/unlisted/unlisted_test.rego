package rules.tools.unlisted_test

import rego.v2

import data.rules.tools.unlisted

_call(status) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "db"},
	"tool": {"name": "query", "definition": {"status": status}},
}

_refusal := {"server `db` has not listed `query`: call tools/list and use a tool from it"}

test_deny_unlisted if {
	unlisted.deny == _refusal with input as _call("unlisted")
}

test_deny_unknown_status if {
	every status in [null, "", "NEW", 7, ["new"]] {
		unlisted.deny == _refusal with input as _call(status)
	}
	every path in ["tool/definition", "tool/definition/status"] {
		unlisted.deny == _refusal with input as json.remove(_call("new"), [path])
	}
}

test_deny_without_tool_or_server if {
	count(unlisted.deny) == 1 with input as object.remove(_call("new"), ["tool"])
	count(unlisted.deny) == 1 with input as object.remove(_call("unlisted"), ["server"])
}

test_allow_listed if {
	every status in ["new", "same", "changed"] {
		unlisted.deny == set() with input as _call(status)
	}
}

test_allow_other_frames if {
	unlisted.deny == set() with input as {}
	unlisted.deny == set() with input as object.union(_call("unlisted"), {"from": "server", "kind": "result"})
	unlisted.deny == set() with input as object.union(_call("unlisted"), {"method": "prompts/get"})
}
