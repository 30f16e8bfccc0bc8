package rules.sampling.needs_approval_test

import rego.v2

import data.rules.sampling.needs_approval

_ask := {
	"from": "server",
	"kind": "request",
	"method": "sampling/createMessage",
	"server": {"name": "helper"},
	"params": {"messages": [], "maxTokens": 10},
}

_settings := {"action": "hold", "approvers": [], "trusted_servers": ["summaries"]}

_with(changes) := object.union(_settings, changes)

_message := "the server wants to ask the client's model: a human must look at what it asks"

test_hold if {
	needs_approval.hold == {{"message": _message}} with input as _ask with data.settings["sampling/needs_approval"] as _settings
	needs_approval.deny == set() with input as _ask with data.settings["sampling/needs_approval"] as _settings
	needs_approval.hold == {{"message": _message}} with input as _ask
}

test_deny_if_configured if {
	every action in ["deny", "warn", null, 7] {
		_message in needs_approval.deny with input as _ask
			with data.settings["sampling/needs_approval"] as _with({"action": action})
		needs_approval.hold == set() with input as _ask
			with data.settings["sampling/needs_approval"] as _with({"action": action})
	}
}

test_allow_trusted_servers if {
	frame := object.union(_ask, {"server": {"name": "summaries"}})
	every action in ["hold", "deny"] {
		needs_approval.hold == set() with input as frame with data.settings["sampling/needs_approval"] as _with({"action": action})
		needs_approval.deny == set() with input as frame with data.settings["sampling/needs_approval"] as _with({"action": action})
	}
}

test_hold_when_the_server_is_unknown if {
	every server in [{}, {"name": null}, {"name": 7}, {"name": "Summaries"}] {
		frame := object.union(object.remove(_ask, ["server"]), {"server": server})
		count(needs_approval.hold) == 1 with input as frame with data.settings["sampling/needs_approval"] as _settings
	}
	count(needs_approval.hold) == 1 with input as object.remove(_ask, ["server", "kind", "params"])
		with data.settings["sampling/needs_approval"] as _settings
}

test_approvers_are_data if {
	some held in needs_approval.hold with input as _ask
		with data.settings["sampling/needs_approval"] as _with({"approvers": ["group:security"]})
	held.approvers == ["group:security"]
}

test_other_frames if {
	every change in [{"from": "client"}, {"method": "roots/list"}] {
		every action in ["hold", "deny"] {
			needs_approval.hold == set() with input as object.union(_ask, change)
				with data.settings["sampling/needs_approval"] as _with({"action": action})
			needs_approval.deny == set() with input as object.union(_ask, change)
				with data.settings["sampling/needs_approval"] as _with({"action": action})
		}
		needs_approval.deny == set() with input as object.union(_ask, change) with data.settings as {}
	}
}

test_deny_when_not_configured if {
	unconfigured := {"sampling/needs_approval is not configured: see its settings in data.yaml"}
	frame := object.union(_ask, {"server": {"name": "summaries"}})
	every key in ["action", "approvers"] {
		needs_approval.deny == unconfigured with input as frame
			with data.settings["sampling/needs_approval"] as object.remove(_settings, [key])
		every value in ["other", null, 7] {
			needs_approval.deny == unconfigured with input as frame
				with data.settings["sampling/needs_approval"] as _with({key: value})
		}
	}
	every value in ["other", null, 7] {
		needs_approval.deny == unconfigured with input as frame
			with data.settings["sampling/needs_approval"] as _with({"trusted_servers": value})
	}
	needs_approval.deny == unconfigured | {_message} with input as frame with data.settings as {}
}
