package rules.budget.calls_test

import rego.v2

import data.rules.budget.calls

_call(total, last_minute, everywhere) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"session": {"calls": {"total": total, "last_minute": last_minute}},
	"recent": {"calls": {"last_minute": everywhere}},
}

_budget := {"per_session": 10, "per_minute": 5, "per_minute_everywhere": 7}

_session := "this session has used its 10 calls: start another one"

_minute := "this session has used its 5 calls a minute: wait"

_everywhere := "you have used your 7 calls a minute on all servers: wait"

test_allow_below if {
	calls.deny == set() with input as _call(0, 0, 0) with data.settings["budget/calls"] as _budget
	calls.deny == set() with input as _call(9, 4, 6) with data.settings["budget/calls"] as _budget
}

test_deny_at_the_budget if {
	calls.deny == {_session} with input as _call(10, 0, 0) with data.settings["budget/calls"] as _budget
	calls.deny == {_minute} with input as _call(0, 5, 0) with data.settings["budget/calls"] as _budget
	calls.deny == {_everywhere} with input as _call(0, 0, 7) with data.settings["budget/calls"] as _budget
}

test_deny_above_the_budget if {
	calls.deny == {_session, _minute, _everywhere} with input as _call(99, 99, 99) with data.settings["budget/calls"] as _budget
}

test_deny_unknown_counts if {
	every unknown in [null, "0", "", [], {}, false, true] {
		calls.deny == {_session} with input as _call(unknown, 0, 0) with data.settings["budget/calls"] as _budget
		calls.deny == {_minute} with input as _call(0, unknown, 0) with data.settings["budget/calls"] as _budget
		calls.deny == {_everywhere} with input as _call(0, 0, unknown) with data.settings["budget/calls"] as _budget
	}
}

test_deny_absent_counts if {
	every path, expected in {
		"session": {_session, _minute},
		"session/calls": {_session, _minute},
		"session/calls/total": {_session},
		"session/calls/last_minute": {_minute},
		"recent": {_everywhere},
		"recent/calls": {_everywhere},
		"recent/calls/last_minute": {_everywhere},
	} {
		calls.deny == expected with input as json.remove(_call(0, 0, 0), [path]) with data.settings["budget/calls"] as _budget
	}
}

test_allow_other_frames if {
	every frame in [
		{},
		object.union(_call(99, 99, 99), {"from": "server", "kind": "result"}),
		object.union(_call(99, 99, 99), {"method": "tools/list"}),
	] {
		calls.deny == set() with input as frame with data.settings["budget/calls"] as _budget
	}
}

test_deny_when_not_configured if {
	unconfigured := "budget/calls is not configured: its three settings must be numbers"
	every key in object.keys(_budget) {
		calls.deny == {unconfigured} with input as _call(0, 0, 0)
			with data.settings["budget/calls"] as object.remove(_budget, [key])
		every value in ["5", null, [5], true] {
			calls.deny == {unconfigured} with input as _call(0, 0, 0)
				with data.settings["budget/calls"] as object.union(_budget, {key: value})
		}
	}
	calls.deny == {unconfigured} with input as _call(0, 0, 0) with data.settings as {}
}

test_defaults_are_configured if {
	calls.deny == set() with input as _call(0, 0, 0)
}

# Only what the rule is about is stopped by its configuration.
test_not_configured_stops_nothing_else if {
	every change in [{"from": "server", "kind": "result"}, {"method": "tools/list"}] {
		calls.deny == set() with input as object.union(_call(0, 0, 0), change) with data.settings as {}
	}
}
