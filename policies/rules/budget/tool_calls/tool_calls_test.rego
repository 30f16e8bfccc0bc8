package rules.budget.tool_calls_test

import rego.v2

import data.rules.budget.tool_calls

_call(name, by_tool) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"tool": {"name": name},
	"session": {"calls": {"by_tool": by_tool}},
}

_settings := {"limits": {"send_mail": 3, "read": 0}, "everything_else": 5}

_used(limit, name) := {$"this session has used its {limit} calls of `{name}`: begin another one"}

_unconfigured := {"budget/tool_calls is not configured: its settings must be numbers from 0 on"}

test_allow_below if {
	every by_tool in [{}, {"send_mail": 0}, {"send_mail": 2}, {"other": 9}, {"send_mail": 2, "other": 9}] {
		tool_calls.deny == set() with input as _call("send_mail", by_tool) with data.settings["budget/tool_calls"] as _settings
	}
}

test_deny_at_the_budget if {
	every calls in [3, 4, 100] {
		tool_calls.deny == _used(3, "send_mail") with input as _call("send_mail", {"send_mail": calls})
			with data.settings["budget/tool_calls"] as _settings
	}
}

test_everything_else if {
	tool_calls.deny == set() with input as _call("fetch", {"fetch": 4}) with data.settings["budget/tool_calls"] as _settings
	every calls in [5, 6] {
		tool_calls.deny == _used(5, "fetch") with input as _call("fetch", {"fetch": calls})
			with data.settings["budget/tool_calls"] as _settings
	}
}

test_zero_is_no_budget if {
	tool_calls.deny == set() with input as _call("read", {"read": 99}) with data.settings["budget/tool_calls"] as _settings
	tool_calls.deny == set() with input as _call("fetch", {"fetch": 99})
		with data.settings["budget/tool_calls"] as {"limits": {"send_mail": 3}, "everything_else": 0}
}

# One is a budget: the smallest.
test_one_call if {
	settings := {"limits": {}, "everything_else": 1}
	tool_calls.deny == set() with input as _call("fetch", {}) with data.settings["budget/tool_calls"] as settings
	tool_calls.deny == _used(1, "fetch") with input as _call("fetch", {"fetch": 1})
		with data.settings["budget/tool_calls"] as settings
}

test_limits_whatever_the_case if {
	tool_calls.deny == _used(3, "Send_Mail") with input as _call("Send_Mail", {"Send_Mail": 3, "send_mail": 0})
		with data.settings["budget/tool_calls"] as _settings
}

test_deny_unknown_counts if {
	every path in ["session", "session/calls", "session/calls/by_tool"] {
		tool_calls.deny == _used(3, "send_mail") with input as json.remove(_call("send_mail", {}), [path])
			with data.settings["budget/tool_calls"] as _settings
	}
	every by_tool in [null, [], "0", 7, {"send_mail": "0"}, {"send_mail": null}, {"send_mail": []}] {
		tool_calls.deny == _used(3, "send_mail") with input as _call("send_mail", by_tool)
			with data.settings["budget/tool_calls"] as _settings
	}
}

test_deny_without_a_usable_name if {
	every frame in [object.remove(_call("x", {}), ["tool"]), _call(null, {}), _call(7, {})] {
		count(tool_calls.deny) == 1 with input as frame with data.settings["budget/tool_calls"] as _settings
	}
}

test_other_frames if {
	every change in [{"from": "server"}, {"method": "prompts/get"}] {
		frame := object.union(_call("send_mail", {"send_mail": 9}), change)
		tool_calls.deny == set() with input as frame with data.settings["budget/tool_calls"] as _settings
		tool_calls.deny == set() with input as frame with data.settings as {}
	}
}

test_deny_when_not_configured if {
	every settings in [
		{"limits": {}}, {"everything_else": 0}, {}, null, {"limits": [], "everything_else": 0}, {"limits": null, "everything_else": 0},
		{"limits": {"a": "1"}, "everything_else": 0}, {"limits": {"a": -1}, "everything_else": 0},
		{"limits": {}, "everything_else": -1}, {"limits": {}, "everything_else": null},
	] {
		tool_calls.deny == _unconfigured with input as _call("fetch", {}) with data.settings["budget/tool_calls"] as settings
	}
	_unconfigured & tool_calls.deny == _unconfigured with input as _call("fetch", {})
		with data.settings["budget/tool_calls"] as {"limits": {}, "everything_else": "5"}
	tool_calls.deny == _unconfigured with input as _call("fetch", {}) with data.settings as {}
	tool_calls.deny == set() with input as _call("fetch", {"fetch": 100})
}
