package rules.tools.new_definition_test

import rego.v2

import data.rules.tools.new_definition

_call(status) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "db"},
	"tool": {"name": "export_all", "definition": {"hash": "ab", "status": status}},
}

_message := "`export_all` was not there when the tools of this server were reviewed: look at its definition and accept it"

_with(changes) := object.union({"servers": ["db"], "action": "hold", "approvers": []}, changes)

test_hold_new if {
	every servers in [["db"], ["*"], ["mail", "db"]] {
		new_definition.hold == {{"message": _message}} with input as _call("new")
			with data.settings["tools/new_definition"] as _with({"servers": servers})
		new_definition.deny == set() with input as _call("new")
			with data.settings["tools/new_definition"] as _with({"servers": servers})
		new_definition.warn == set() with input as _call("new")
			with data.settings["tools/new_definition"] as _with({"servers": servers})
	}
}

test_deny_new if {
	every action in ["deny", "no", null, 7] {
		_message in new_definition.deny with input as _call("new")
			with data.settings["tools/new_definition"] as _with({"action": action})
		new_definition.hold == set() with input as _call("new")
			with data.settings["tools/new_definition"] as _with({"action": action})
		new_definition.warn == set() with input as _call("new")
			with data.settings["tools/new_definition"] as _with({"action": action})
	}
}

test_warn_new if {
	settings := _with({"action": "warn"})
	new_definition.warn == {_message} with input as _call("new") with data.settings["tools/new_definition"] as settings
	new_definition.hold == set() with input as _call("new") with data.settings["tools/new_definition"] as settings
	new_definition.deny == set() with input as _call("new") with data.settings["tools/new_definition"] as settings
}

test_unknown_status_counts_as_new if {
	every status in [null, "", "Same", 7, ["same"]] {
		count(new_definition.hold) == 1 with input as _call(status) with data.settings["tools/new_definition"] as _with({})
	}
	every path in ["tool/definition", "tool/definition/status"] {
		count(new_definition.hold) == 1 with input as json.remove(_call("same"), [path])
			with data.settings["tools/new_definition"] as _with({})
	}
}

test_allow_known if {
	every status in ["same", "changed", "unlisted"] {
		every action in ["hold", "deny", "warn"] {
			_silent with input as _call(status) with data.settings["tools/new_definition"] as _with({"action": action})
		}
	}
}

test_allow_other_servers if {
	every servers in [[], ["mail"], ["DB"]] {
		every action in ["hold", "deny", "warn"] {
			_silent with input as _call("new")
				with data.settings["tools/new_definition"] as _with({"action": action, "servers": servers})
		}
	}
}

test_server_that_is_unknown_counts_as_reviewed if {
	every server in [{}, {"name": null}, {"name": 7}] {
		count(new_definition.hold) == 1 with input as object.union(object.remove(_call("new"), ["server"]), {"server": server})
			with data.settings["tools/new_definition"] as _with({})
	}
	new_definition.hold == set() with input as object.remove(_call("new"), ["server"])
		with data.settings["tools/new_definition"] as _with({"servers": []})
}

test_allow_other_frames if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every action in ["hold", "deny", "warn"] {
			_silent with input as object.union(_call("new"), change)
				with data.settings["tools/new_definition"] as _with({"action": action})
		}
		_silent with input as object.union(_call("new"), change) with data.settings as {}
	}
}

test_approvers_are_data if {
	some held in new_definition.hold with input as _call("new")
		with data.settings["tools/new_definition"] as _with({"approvers": ["group:security"]})
	held.approvers == ["group:security"]
}

test_deny_when_not_configured if {
	unconfigured := {"tools/new_definition is not configured: see its settings in data.yaml"}
	every key in ["servers", "action", "approvers"] {
		new_definition.deny == unconfigured with input as _call("same")
			with data.settings["tools/new_definition"] as object.remove(_with({}), [key])
		every value in ["db", null, 7] {
			new_definition.deny == unconfigured with input as _call("same")
				with data.settings["tools/new_definition"] as _with({key: value})
		}
	}
	new_definition.deny == unconfigured with input as _call("same") with data.settings as {}
}

test_defaults_are_configured if {
	_silent with input as _call("new")
}

_silent if {
	new_definition.hold == set()
	new_definition.deny == set()
	new_definition.warn == set()
}
