package rules.sql.destructive_test

import rego.v2

import data.rules.sql.destructive

_call(arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"tool": {"name": "query", "arguments": arguments},
}

_held(does) := {{"message": $"the SQL in this call {does}: a human must approve it"}}

_with(changes) := object.union(data.settings["sql/destructive"], changes)

test_hold_each_danger if {
	every text, does in {
		"DROP TABLE users": "drops something",
		"truncate users": "truncates a table",
		"delete from users": "deletes all rows",
		"update users set admin = true": "updates all rows",
	} {
		destructive.hold == _held(does) with input as _call({"sql": text})
		destructive.deny == set() with input as _call({"sql": text})
	}
}

test_hold_under_every_key_and_nested if {
	every arguments in [
		{"query": "drop table a"},
		{"SQL": "drop table a"},
		{"statements": ["select 1", "drop table a"]},
		{"batch": [{"statement": {"text": "drop table a"}}]},
	] {
		destructive.hold == _held("drops something") with input as _call(arguments)
	}
}

test_one_reason_a_call if {
	destructive.hold == _held("drops something") with input as _call({"sql": "delete from a; truncate b; drop table c"})
}

test_allow_harmless if {
	every arguments in [
		{},
		null,
		{"sql": "select * from users"},
		{"sql": "delete from users where id = 7"},
		{"query": "how to drop a habit"},
		{"content": "drop table users"},
		{"sql": 7},
		{"sql": null},
		{"sql": []},
	] {
		destructive.hold == set() with input as _call(arguments)
		destructive.deny == set() with input as _call(arguments)
	}
}

test_allow_without_arguments if {
	destructive.hold == set() with input as json.remove(_call({}), ["tool/arguments"])
	destructive.hold == set() with input as object.remove(_call({}), ["tool"])
}

test_hold_without_kind if {
	count(destructive.hold) == 1 with input as object.remove(_call({"sql": "drop table a"}), ["kind"])
}

test_deny_if_configured if {
	expected := "the SQL in this call drops something: add a `where`, or leave it out"
	every action in ["deny", "HOLD", null] {
		expected in destructive.deny with input as _call({"sql": "drop table a"})
			with data.settings["sql/destructive"] as _with({"action": action})
		destructive.hold == set() with input as _call({"sql": "drop table a"})
			with data.settings["sql/destructive"] as _with({"action": action})
	}
	destructive.deny == set() with input as _call({"sql": "select 1"})
		with data.settings["sql/destructive"] as _with({"action": "deny"})
}

test_allow_other_frames if {
	every frame in [
		{},
		object.union(_call({"sql": "drop table a"}), {"from": "server", "kind": "result"}),
		object.union(_call({"sql": "drop table a"}), {"method": "prompts/get"}),
	] {
		destructive.hold == set() with input as frame
	}
}

test_approvers_are_data if {
	some held in destructive.hold with input as _call({"sql": "drop table a"})
		with data.settings["sql/destructive"] as _with({"approvers": ["group:dba"]})
	held.approvers == ["group:dba"]
}

test_deny_when_not_configured if {
	unconfigured := {"sql/destructive is not configured: see its settings in data.yaml"}
	every key in ["keys", "action", "approvers"] {
		destructive.deny == unconfigured with input as _call({"sql": "select 1"})
			with data.settings["sql/destructive"] as object.remove(_with({}), [key])
		destructive.deny == unconfigured with input as _call({"sql": "select 1"})
			with data.settings["sql/destructive"] as _with({key: 7})
	}
	destructive.deny == unconfigured with input as _call({"sql": "select 1"}) with data.settings as {}
}

# Only what the rule is about is stopped by its configuration.
test_not_configured_stops_nothing_else if {
	every change in [{"from": "server", "kind": "result"}, {"method": "tools/list"}] {
		destructive.deny == set() with input as object.union(_call({"sql": "drop table a"}), change) with data.settings as {}
	}
}

test_deny_only_calls if {
	denying := _with({"action": "deny"})
	every frame in [
		object.union(_call({"sql": "drop table a"}), {"from": "server", "kind": "result"}),
		object.union(_call({"sql": "drop table a"}), {"method": "prompts/get"}),
	] {
		destructive.deny == set() with input as frame with data.settings["sql/destructive"] as denying
	}
}
