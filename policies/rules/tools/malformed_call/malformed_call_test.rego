package rules.tools.malformed_call_test

import rego.v2

import data.rules.tools.malformed_call

_named := "tools/call must name its tool in `params.name` with a text of 1 to 128 characters"

_arguments := "tools/call must pass `params.arguments` as an object"

_request := "tools/call must be a request: give it an id"

_call := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"params": {"name": "read_file", "arguments": {"path": "/srv/a"}},
	"tool": {"name": "read_file", "arguments": {"path": "/srv/a"}},
}

_naming(name) := object.union(_call, {"params": {"name": name}, "tool": {"name": name}})

_passing(arguments) := object.union(
	json.remove(_call, ["params/arguments"]),
	{"params": {"arguments": arguments}},
)

test_allow_a_name_of_one_letter if {
	malformed_call.deny == set() with input as object.union(_naming("x"), {"params": {"arguments": {}}})
}

test_allow_well_formed if {
	malformed_call.deny == set() with input as _call
}

test_allow_without_arguments if {
	malformed_call.deny == set() with input as json.remove(_call, ["params/arguments", "tool/arguments"])
}

test_allow_empty_arguments if {
	malformed_call.deny == set() with input as _passing({})
}

test_deny_ill_typed_name if {
	every name in [7, null, true, ["read_file"], {"a": 1}, ""] {
		malformed_call.deny == {_named} with input as _naming(name)
	}
}

test_deny_long_name if {
	long := concat("", [letter | some _ in numbers.range(1, 128); letter := "x"])
	malformed_call.deny == set() with input as _naming(long)
	malformed_call.deny == {_named} with input as _naming($"{long}x")
}

test_deny_name_that_differs_from_the_tool if {
	malformed_call.deny == {_named} with input as object.union(_call, {"tool": {"name": "other"}})
}

test_deny_without_name_tool_or_params if {
	every path in ["params/name", "tool", "tool/name", "params"] {
		_named in malformed_call.deny with input as json.remove(_call, [path])
	}
}

test_deny_params_of_another_type if {
	every params in [null, [], ["read_file"], "read_file", 7] {
		_named in malformed_call.deny with input as object.union(_call, {"params": params})
	}
}

test_deny_ill_typed_arguments if {
	every arguments in [null, [], ["/etc"], "/etc", 7, false] {
		malformed_call.deny == {_arguments} with input as _passing(arguments)
	}
}

test_deny_notification if {
	malformed_call.deny == {_request} with input as object.union(_call, {"kind": "notification"})
}

test_allow_listed_tool if {
	listed := {"from": "client", "kind": "request", "method": "tools/call", "embedded_in": "tools/list", "tool": {"name": "x"}}
	malformed_call.deny == set() with input as listed
}

test_deny_in_any_other_carrier if {
	_named in malformed_call.deny with input as {"from": "client", "method": "tools/call", "embedded_in": "tasks/result"}
}

test_allow_other_frames if {
	every frame in [
		{},
		{"from": "server", "method": "tools/call", "kind": "result"},
		{"from": "client", "method": "tools/list", "kind": "request"},
	] {
		malformed_call.deny == set() with input as frame
	}
}

test_allow_other_frames_of_any_shape if {
	every frame in [
		{"from": "client", "method": "x/unknown", "kind": "notification", "params": {"arguments": 7}},
		{"from": "client", "method": "notifications/cancelled", "kind": "notification"},
		{"from": "server", "method": "tools/call", "kind": "result", "params": {"arguments": 7}},
		{"from": "client", "method": "tools/call", "embedded_in": "tools/list", "params": {"arguments": null}},
	] {
		malformed_call.deny == set() with input as frame
	}
}
