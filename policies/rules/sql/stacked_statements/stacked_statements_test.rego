package rules.sql.stacked_statements_test

import rego.v2

import data.rules.sql.stacked_statements

_call(arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "db", "labels": ["internal", "read-only"]},
	"tool": {"name": "query", "arguments": arguments},
}

_with(changes) := object.union(data.settings["sql/stacked_statements"], changes)

_held(does) := {{"message": $"the SQL in this call {does}: a human must approve it"}}

_denied(does) := {$"the SQL in this call {does}: send one statement without comments"}

test_hold_several_statements if {
	every text in ["select 1; select 2", "select 1; select 2; select 3", "select ''; drop table a; --'"] {
		stacked_statements.hold == _held("holds several statements") with input as _call({"sql": text})
		stacked_statements.deny == set() with input as _call({"sql": text})
	}
}

test_hold_under_every_key if {
	every key in data.settings["sql/stacked_statements"].keys {
		count(stacked_statements.hold) == 1 with input as _call({"deep": [{key: ["select 1; select 2"]}]})
	}
}

test_warn_of_comments if {
	stacked_statements.warn == {"the SQL in this call has a comment, which can hide its end"} with input as _call({"sql": "select 1 -- x"})
	stacked_statements.hold == set() with input as _call({"sql": "select 1 -- x"})
}

test_stop_comments_if_configured if {
	stopping := _with({"comments": "stop"})
	stacked_statements.hold == _held("has a comment, which can hide its end") with input as _call({"sql": "select 1 -- x"})
		with data.settings["sql/stacked_statements"] as stopping
	stacked_statements.warn == set() with input as _call({"sql": "select 1 -- x"}) with data.settings["sql/stacked_statements"] as stopping
	stacked_statements.deny == set() with input as _call({"sql": "select 1 -- x"}) with data.settings["sql/stacked_statements"] as stopping
	stacked_statements.hold == set() with input as _call({"sql": "select 1"}) with data.settings["sql/stacked_statements"] as stopping
	stacked_statements.hold == _held("holds several statements") with input as _call({"sql": "select 1; select 2 -- x"})
		with data.settings["sql/stacked_statements"] as stopping
}

test_deny_if_configured if {
	every action in ["deny", "Hold", null, 7] {
		_denied("holds several statements") - stacked_statements.deny == set() with input as _call({"sql": "select 1; select 2"})
			with data.settings["sql/stacked_statements"] as _with({"action": action})
		stacked_statements.hold == set() with input as _call({"sql": "select 1; select 2"})
			with data.settings["sql/stacked_statements"] as _with({"action": action})
	}
	stacked_statements.deny == set() with input as _call({"sql": "select 1"})
		with data.settings["sql/stacked_statements"] as _with({"action": "deny"})
}

test_approvers_are_data if {
	some held in stacked_statements.hold with input as _call({"sql": "select 1; select 2"})
		with data.settings["sql/stacked_statements"] as _with({"approvers": ["group:dba"]})
	held.approvers == ["group:dba"]
}

test_allow_one_statement if {
	every text in ["select 1", "select 1;", "select 'a; b -- c'", "", 7, null] {
		stacked_statements.hold == set() with input as _call({"sql": text})
		stacked_statements.warn == set() with input as _call({"sql": text})
	}
	stacked_statements.hold == set() with input as _call({"note": "a; b -- c"})
	stacked_statements.hold == set() with input as json.remove(_call({}), ["tool"])
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every settings in [_with({}), _with({"action": "deny"}), {}] {
			frame := object.union(_call({"sql": "select 1; select 2 -- x"}), change)
			stacked_statements.hold == set() with input as frame with data.settings["sql/stacked_statements"] as settings
			stacked_statements.deny == set() with input as frame with data.settings["sql/stacked_statements"] as settings
			stacked_statements.warn == set() with input as frame with data.settings["sql/stacked_statements"] as settings
		}
	}
	stacked_statements.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := {"sql/stacked_statements is not configured: see its settings in data.yaml"}
	every key in ["keys", "comments", "action", "approvers"] {
		stacked_statements.deny == unconfigured with input as _call({})
			with data.settings["sql/stacked_statements"] as object.remove(_with({}), [key])
		stacked_statements.deny == unconfigured with input as _call({})
			with data.settings["sql/stacked_statements"] as _with({key: 7})
	}
	stacked_statements.deny == set() with input as _call({})
}
