package rules.budget.working_hours_test

import rego.v2

import data.rules.budget.working_hours

# 2026-06-01 is a Monday.
_call(moment, groups) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"principal": {"groups": groups},
	"time": {"ns": time.parse_rfc3339_ns(moment)},
}

_in := "2026-06-01T12:00:00Z"

_out := "2026-06-01T20:00:00Z"

_settings := {
	"windows": [{"days": ["Monday"], "from": "09:00", "to": "17:00"}],
	"except_groups": ["jobs", "oncall"], "action": "hold", "approvers": [],
}

_with(changes) := object.union(_settings, changes)

_message := "it is outside of working hours: wait, or ask for an approval"

_unconfigured := "budget/working_hours is not configured: see its settings in data.yaml"

test_hold_outside if {
	working_hours.hold == {{"message": _message}} with input as _call(_out, []) with data.settings["budget/working_hours"] as _settings
	working_hours.deny == set() with input as _call(_out, []) with data.settings["budget/working_hours"] as _settings
	working_hours.warn == set() with input as _call(_out, []) with data.settings["budget/working_hours"] as _settings
}

test_deny_outside_if_configured if {
	every action in ["deny", "no", null, 7] {
		_message in working_hours.deny with input as _call(_out, [])
			with data.settings["budget/working_hours"] as _with({"action": action})
		working_hours.hold == set() with input as _call(_out, [])
			with data.settings["budget/working_hours"] as _with({"action": action})
		working_hours.warn == set() with input as _call(_out, [])
			with data.settings["budget/working_hours"] as _with({"action": action})
	}
}

test_warn_outside_if_configured if {
	settings := _with({"action": "warn"})
	working_hours.warn == {_message} with input as _call(_out, []) with data.settings["budget/working_hours"] as settings
	working_hours.hold == set() with input as _call(_out, []) with data.settings["budget/working_hours"] as settings
	working_hours.deny == set() with input as _call(_out, []) with data.settings["budget/working_hours"] as settings
}

test_allow_inside if {
	every action in ["hold", "deny", "warn"] {
		_silent with input as _call(_in, []) with data.settings["budget/working_hours"] as _with({"action": action})
	}
}

test_allow_excepted_groups if {
	every groups in [["jobs"], ["a", "oncall"]] {
		every action in ["hold", "deny", "warn"] {
			_silent with input as _call(_out, groups) with data.settings["budget/working_hours"] as _with({"action": action})
		}
	}
	every groups in [["a"], "jobs", null, {}, 7] {
		count(working_hours.hold) == 1 with input as _call(_out, groups) with data.settings["budget/working_hours"] as _settings
	}
}

test_hold_without_any_window if {
	count(working_hours.hold) == 1 with input as _call(_in, [])
		with data.settings["budget/working_hours"] as _with({"windows": []})
}

test_hold_when_time_is_unknown if {
	every path in ["time", "time/ns"] {
		count(working_hours.hold) == 1 with input as json.remove(_call(_in, []), [path])
			with data.settings["budget/working_hours"] as _settings
	}
	every ns in [null, "2026-06-01T12:00:00Z", {}] {
		count(working_hours.hold) == 1 with input as object.union(_call(_in, []), {"time": {"ns": ns}})
			with data.settings["budget/working_hours"] as _settings
	}
}

test_hold_when_the_principal_is_unknown if {
	count(working_hours.hold) == 1 with input as object.remove(_call(_out, []), ["principal"])
		with data.settings["budget/working_hours"] as _settings
}

test_approvers_are_data if {
	some held in working_hours.hold with input as _call(_out, [])
		with data.settings["budget/working_hours"] as _with({"approvers": ["group:oncall"]})
	held.approvers == ["group:oncall"]
}

test_other_frames if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every action in ["hold", "deny", "warn"] {
			_silent with input as object.union(_call(_out, []), change)
				with data.settings["budget/working_hours"] as _with({"action": action})
		}
		_silent with input as object.union(_call(_out, []), change) with data.settings as {}
	}
}

test_deny_when_not_configured if {
	every key, _ in _settings {
		_unconfigured in working_hours.deny with input as _call(_in, [])
			with data.settings["budget/working_hours"] as object.remove(_settings, [key])
		every value in ["other", null, 7] {
			_unconfigured in working_hours.deny with input as _call(_in, [])
				with data.settings["budget/working_hours"] as _with({key: value})
		}
	}
	_unconfigured in working_hours.deny with input as _call(_in, [])
		with data.settings["budget/working_hours"] as _with({"windows": [{"days": ["Monday"], "from": "9", "to": "17:00"}]})
	_unconfigured in working_hours.deny with input as _call(_in, []) with data.settings as {}
}

# Monday noon and Sunday.
test_defaults if {
	_silent with input as _call(_in, [])
	count(working_hours.hold) == 1 with input as _call("2026-05-31T12:00:00Z", [])
}

_silent if {
	working_hours.hold == set()
	working_hours.deny == set()
	working_hours.warn == set()
}
