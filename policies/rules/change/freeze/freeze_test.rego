package rules.change.freeze_test

import rego.v2

import data.rules.change.freeze

_call(name, moment, groups) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"tool": {"name": name},
	"principal": {"groups": groups},
	"time": {"ns": time.parse_rfc3339_ns(moment)},
}

_freeze := {"from": "2026-12-18T00:00:00Z", "to": "2027-01-04T08:00:00+01:00", "reason": "year's end", "except_groups": ["oncall"]}

_during := "2026-12-24T12:00:00Z"

_settings := {"freezes": [_freeze], "words": ["deploy"], "tools": ["kubectl_scale"], "except": ["deploy_preview"]}

_with(changes) := object.union(_settings, changes)

_message(name, reason) := $"`{name}` changes systems, which are left as they are for now: {reason}"

_unconfigured := "change/freeze is not configured: see its settings in data.yaml"

test_deny_during_a_freeze if {
	every moment in ["2026-12-18T00:00:00Z", _during, "2027-01-04T06:59:59Z"] {
		every name in ["deploy_service", "kubectl_scale"] {
			freeze.deny == {_message(name, "year's end")} with input as _call(name, moment, [])
				with data.settings["change/freeze"] as _settings
		}
	}
}

test_allow_outside_of_it if {
	every moment in ["2026-12-17T23:59:59Z", "2027-01-04T07:00:00Z", "2027-06-01T00:00:00Z", "2026-06-01T00:00:00Z"] {
		freeze.deny == set() with input as _call("deploy_service", moment, []) with data.settings["change/freeze"] as _settings
	}
}

test_allow_what_changes_nothing if {
	every name in ["list_pods", "deploy_preview"] {
		freeze.deny == set() with input as _call(name, _during, []) with data.settings["change/freeze"] as _settings
	}
	freeze.deny == set() with input as object.remove(_call("", _during, []), ["tool"])
		with data.settings["change/freeze"] as _settings
}

test_allow_excepted_groups if {
	freeze.deny == set() with input as _call("deploy_service", _during, ["a", "oncall"])
		with data.settings["change/freeze"] as _settings
	every groups in [["a"], "oncall", null, {}] {
		count(freeze.deny) == 1 with input as _call("deploy_service", _during, groups)
			with data.settings["change/freeze"] as _settings
	}
	count(freeze.deny) == 1 with input as object.remove(_call("deploy_service", _during, []), ["principal"])
		with data.settings["change/freeze"] as _settings
	freeze.deny == {_message("deploy_service", "year's end")} with input as _call("deploy_service", _during, ["oncall"])
		with data.settings["change/freeze"] as _with({"freezes": [object.remove(_freeze, ["except_groups"])]})
}

test_each_freeze_says_why if {
	other := {"from": "2026-12-24T00:00:00Z", "to": "2026-12-25T00:00:00Z", "reason": "the sale"}
	freeze.deny == {_message("deploy_service", "year's end"), _message("deploy_service", "the sale")} with input as _call("deploy_service", _during, [])
		with data.settings["change/freeze"] as _with({"freezes": [_freeze, other]})
	freeze.deny == {_message("deploy_service", "the sale")} with input as _call("deploy_service", _during, ["oncall"])
		with data.settings["change/freeze"] as _with({"freezes": [_freeze, other]})
	freeze.deny == set() with input as _call("deploy_service", _during, [])
		with data.settings["change/freeze"] as _with({"freezes": []})
}

test_deny_when_time_is_unknown if {
	every path in ["time", "time/ns"] {
		count(freeze.deny) == 1 with input as json.remove(_call("deploy_service", "2026-06-01T00:00:00Z", []), [path])
			with data.settings["change/freeze"] as _settings
	}
	every ns in [null, "2028", {}, false] {
		count(freeze.deny) == 1 with input as object.union(_call("deploy_service", _during, []), {"time": {"ns": ns}})
			with data.settings["change/freeze"] as _settings
	}
}

test_other_frames if {
	every change in [{"from": "server"}, {"method": "prompts/get"}] {
		freeze.deny == set() with input as object.union(_call("deploy_service", _during, []), change)
			with data.settings["change/freeze"] as _settings
		freeze.deny == set() with input as object.union(_call("deploy_service", _during, []), change) with data.settings as {}
	}
}

test_deny_when_not_configured if {
	every key, _ in _settings {
		freeze.deny == {_unconfigured} with input as _call("list_pods", _during, [])
			with data.settings["change/freeze"] as object.remove(_settings, [key])
		every value in ["other", null, 7] {
			freeze.deny == {_unconfigured} with input as _call("list_pods", _during, [])
				with data.settings["change/freeze"] as _with({key: value})
		}
	}
	every change in [
		{"from": "soon"}, {"from": null}, {"to": "2026-12-18"}, {"to": 7}, {"reason": 7}, {"reason": null},
		{"to": "2026-12-17T00:00:00Z"}, {"to": "2026-12-18T00:00:00Z"}, {"except_groups": "oncall"}, {"except_groups": null},
	] {
		freeze.deny == {_unconfigured} with input as _call("list_pods", _during, [])
			with data.settings["change/freeze"] as _with({"freezes": [object.union(_freeze, change)]})
	}
	every key in ["from", "to", "reason"] {
		freeze.deny == {_unconfigured} with input as _call("list_pods", _during, [])
			with data.settings["change/freeze"] as _with({"freezes": [object.remove(_freeze, [key])]})
	}
	freeze.deny == {_unconfigured} with input as _call("list_pods", _during, [])
		with data.settings["change/freeze"] as _with({"freezes": {"winter": _freeze}})
	freeze.deny == {_unconfigured} with input as _call("list_pods", _during, []) with data.settings as {}
	freeze.deny == set() with input as _call("list_pods", _during, []) with data.settings["change/freeze"] as _settings
	freeze.deny == set() with input as _call("list_pods", _during, [])
		with data.settings["change/freeze"] as _with({"freezes": [object.remove(_freeze, ["except_groups"])]})
}

# A freeze that cannot be read does not end.
test_deny_while_a_freeze_cannot_be_read if {
	freeze.deny == {_unconfigured, _message("deploy_service", "year's end")} with input as _call("deploy_service", "2026-06-01T00:00:00Z", [])
		with data.settings["change/freeze"] as _with({"freezes": [object.union(_freeze, {"from": "soon"})]})
}

test_defaults_are_configured if {
	freeze.deny == set() with input as _call("deploy_service", _during, [])
}
