package rules.tools.changed_definition_test

import rego.v2

import data.rules.tools.changed_definition

_call(status) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"tool": {"name": "query", "definition": {"hash": "ab", "status": status}},
}

_changed := "the definition of `query` differs from the accepted one: compare them and accept the new one"

_unknown := "it is not known whether the definition of `query` has changed: list the tools and accept it"

test_hold_changed if {
	changed_definition.hold == {{"message": _changed}} with input as _call("changed")
	changed_definition.deny == set() with input as _call("changed")
}

test_deny_changed_if_configured if {
	every settings in [{"action": "deny", "approvers": []}, {"action": "no", "approvers": []}, {"approvers": []}, {}, null] {
		_changed in changed_definition.deny with input as _call("changed")
			with data.settings["tools/changed_definition"] as settings
		changed_definition.hold == set() with input as _call("changed")
			with data.settings["tools/changed_definition"] as settings
	}
}

test_both_actions_are_configurations if {
	every action in ["hold", "deny"] {
		changed_definition.deny == set() with input as _call("same")
			with data.settings["tools/changed_definition"] as {"action": action, "approvers": []}
	}
}

test_hold_unknown_status if {
	expected := {{"message": _unknown}}
	every status in [null, "", "Same", 7, ["same"], {}] {
		changed_definition.hold == expected with input as _call(status)
	}
	every path in ["tool/definition", "tool/definition/status"] {
		changed_definition.hold == expected with input as json.remove(_call("same"), [path])
	}
}

test_hold_without_a_tool if {
	count(changed_definition.hold) == 1 with input as object.remove(_call("same"), ["tool"])
}

test_allow_known if {
	every status in ["new", "same", "unlisted"] {
		changed_definition.hold == set() with input as _call(status)
		changed_definition.deny == set() with input as _call(status)
	}
}

test_allow_other_frames if {
	every frame in [
		{},
		object.union(_call("changed"), {"from": "server", "kind": "result"}),
		object.union(_call("changed"), {"method": "tools/list"}),
	] {
		changed_definition.hold == set() with input as frame
		changed_definition.deny == set() with input as frame
	}
}

test_approvers_are_data if {
	some held in changed_definition.hold with input as _call("changed")
		with data.settings["tools/changed_definition"] as {"action": "hold", "approvers": ["group:security"]}
	held.approvers == ["group:security"]
}

test_deny_when_not_configured if {
	unconfigured := {"tools/changed_definition is not configured: `action` must be hold or deny, `approvers` a list"}
	every settings in [{"action": "hold"}, {"approvers": []}, {"action": "hold", "approvers": "group:x"}, {}] {
		changed_definition.deny == unconfigured with input as _call("same")
			with data.settings["tools/changed_definition"] as settings
	}
	changed_definition.deny == unconfigured with input as _call("same") with data.settings as {}
}

# Only what the rule is about is stopped by its configuration.
test_not_configured_stops_nothing_else if {
	every change in [{"from": "server", "kind": "result"}, {"method": "tools/list"}] {
		changed_definition.deny == set() with input as object.union(_call("changed"), change) with data.settings as {}
	}
}

test_deny_only_calls if {
	every frame in [
		object.union(_call("changed"), {"from": "server", "kind": "result"}),
		object.union(_call("changed"), {"method": "prompts/get"}),
	] {
		changed_definition.deny == set() with input as frame
			with data.settings["tools/changed_definition"] as {"action": "deny", "approvers": []}
	}
}
