package rules.budget.denied_test

import rego.v2

import data.rules.budget.denied

_call(denials, total) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"session": {"calls": {"denied": denials, "total": total}},
}

_settings := {"at_least": 4, "share": 0.5, "action": "hold", "approvers": []}

_with(changes) := object.union(_settings, changes)

_message := "most calls of this session were denied: read why before going on"

_unconfigured := "budget/denied is not configured: see its settings in data.yaml"

test_allow_few if {
	every counts in [[0, 0], [3, 0], [3, 1], [4, 5], [100, 101]] {
		_silent with input as _call(counts[0], counts[1]) with data.settings["budget/denied"] as _settings
		_silent with input as _call(counts[0], counts[1]) with data.settings["budget/denied"] as _with({"action": "deny"})
	}
}

test_hold_many if {
	every counts in [[4, 0], [4, 3], [4, 4], [5, 0], [100, 100]] {
		denied.hold == {{"message": _message}} with input as _call(counts[0], counts[1])
			with data.settings["budget/denied"] as _settings
		denied.deny == set() with input as _call(counts[0], counts[1]) with data.settings["budget/denied"] as _settings
	}
}

test_share_is_data if {
	count(denied.hold) == 1 with input as _call(4, 12) with data.settings["budget/denied"] as _with({"share": 0.25})
	_silent with input as _call(4, 13) with data.settings["budget/denied"] as _with({"share": 0.25})
	count(denied.hold) == 1 with input as _call(4, 1000) with data.settings["budget/denied"] as _with({"share": 0})
	_silent with input as _call(4, 1) with data.settings["budget/denied"] as _with({"share": 1})
	count(denied.hold) == 1 with input as _call(4, 0) with data.settings["budget/denied"] as _with({"share": 1})
}

test_deny_many_if_configured if {
	every action in ["deny", "warn", null, 7] {
		_message in denied.deny with input as _call(4, 0) with data.settings["budget/denied"] as _with({"action": action})
		denied.hold == set() with input as _call(4, 0) with data.settings["budget/denied"] as _with({"action": action})
	}
}

test_unknown_counts_are_many if {
	every path in ["session", "session/calls", "session/calls/denied"] {
		count(denied.hold) == 1 with input as json.remove(_call(0, 10), [path]) with data.settings["budget/denied"] as _settings
	}
	every unknown in [null, "0", [], {}, true] {
		count(denied.hold) == 1 with input as _call(unknown, 10) with data.settings["budget/denied"] as _settings
		count(denied.hold) == 1 with input as _call(4, unknown) with data.settings["budget/denied"] as _settings
	}
	count(denied.hold) == 1 with input as json.remove(_call(4, 10), ["session/calls/total"])
		with data.settings["budget/denied"] as _settings
}

test_approvers_are_data if {
	some held in denied.hold with input as _call(4, 0) with data.settings["budget/denied"] as _with({"approvers": ["group:oncall"]})
	held.approvers == ["group:oncall"]
}

test_other_frames if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every action in ["hold", "deny"] {
			_silent with input as object.union(_call(9, 0), change) with data.settings["budget/denied"] as _with({"action": action})
		}
		_silent with input as object.union(_call(9, 0), change) with data.settings as {}
	}
}

test_deny_when_not_configured if {
	every key, _ in _settings {
		_unconfigured in denied.deny with input as _call(0, 0)
			with data.settings["budget/denied"] as object.remove(_settings, [key])
		every value in ["other", null, true] {
			_unconfigured in denied.deny with input as _call(0, 0) with data.settings["budget/denied"] as _with({key: value})
		}
	}
	_unconfigured in denied.deny with input as _call(0, 0) with data.settings as {}
}

test_defaults_are_configured if {
	_silent with input as _call(0, 0)
	count(denied.hold) == 1 with input as _call(20, 0)
}

_silent if {
	denied.hold == set()
	denied.deny == set()
}
