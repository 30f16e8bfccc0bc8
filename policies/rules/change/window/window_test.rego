package rules.change.window_test

import rego.v2

import data.rules.change.window

# 2026-06-01 is a Monday.
_call(name, moment) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"tool": {"name": name},
	"time": {"ns": time.parse_rfc3339_ns(moment)},
}

_in := "2026-06-01T12:00:00Z"

_out := "2026-06-01T20:00:00Z"

_settings := {
	"windows": [{"days": ["Monday"], "from": "09:00", "to": "17:00"}],
	"words": ["deploy"], "tools": ["kubectl_scale"], "except": ["deploy_preview"], "action": "hold", "approvers": [],
}

_with(changes) := object.union(_settings, changes)

_message(name) := $"`{name}` changes systems, and no change window is open: wait for one, or ask for an approval"

_unconfigured := "change/window is not configured: see its settings in data.yaml"

test_hold_outside if {
	every name in ["deploy_service", "kubectl_scale"] {
		window.hold == {{"message": _message(name)}} with input as _call(name, _out) with data.settings["change/window"] as _settings
		window.deny == set() with input as _call(name, _out) with data.settings["change/window"] as _settings
	}
}

test_deny_outside_if_configured if {
	every action in ["deny", "warn", null, 7] {
		_message("deploy_service") in window.deny with input as _call("deploy_service", _out)
			with data.settings["change/window"] as _with({"action": action})
		window.hold == set() with input as _call("deploy_service", _out)
			with data.settings["change/window"] as _with({"action": action})
	}
}

test_allow_inside if {
	every action in ["hold", "deny"] {
		_silent with input as _call("deploy_service", _in) with data.settings["change/window"] as _with({"action": action})
	}
}

test_allow_what_changes_nothing if {
	every name in ["list_pods", "deploy_preview"] {
		every action in ["hold", "deny"] {
			_silent with input as _call(name, _out) with data.settings["change/window"] as _with({"action": action})
		}
	}
}

test_hold_when_time_is_unknown if {
	every path in ["time", "time/ns"] {
		count(window.hold) == 1 with input as json.remove(_call("deploy_service", _in), [path])
			with data.settings["change/window"] as _settings
	}
	every ns in [null, _in, {}] {
		count(window.hold) == 1 with input as object.union(_call("deploy_service", _in), {"time": {"ns": ns}})
			with data.settings["change/window"] as _settings
	}
	count(window.hold) == 1 with input as _call("deploy_service", _in)
		with data.settings["change/window"] as _with({"windows": []})
}

test_approvers_are_data if {
	some held in window.hold with input as _call("deploy_service", _out)
		with data.settings["change/window"] as _with({"approvers": ["group:oncall"]})
	held.approvers == ["group:oncall"]
}

test_other_frames if {
	every change in [{"from": "server"}, {"method": "prompts/get"}] {
		every action in ["hold", "deny"] {
			_silent with input as object.union(_call("deploy_service", _out), change)
				with data.settings["change/window"] as _with({"action": action})
		}
		_silent with input as object.union(_call("deploy_service", _out), change) with data.settings as {}
	}
	_silent with input as object.remove(_call("", _out), ["tool"]) with data.settings["change/window"] as _settings
}

test_deny_when_not_configured if {
	every key, _ in _settings {
		_unconfigured in window.deny with input as _call("list_pods", _in)
			with data.settings["change/window"] as object.remove(_settings, [key])
		every value in ["other", null, 7] {
			_unconfigured in window.deny with input as _call("list_pods", _in)
				with data.settings["change/window"] as _with({key: value})
		}
	}
	_unconfigured in window.deny with input as _call("list_pods", _in)
		with data.settings["change/window"] as _with({"windows": [{"days": ["Monday"], "from": "9", "to": "17:00"}]})
	_unconfigured in window.deny with input as _call("list_pods", _in) with data.settings as {}
}

# Monday and Friday noon.
test_defaults if {
	_silent with input as _call("deploy_service", _in)
	count(window.hold) == 1 with input as _call("deploy_service", "2026-06-05T12:00:00Z")
}

_silent if {
	window.hold == set()
	window.deny == set()
}
