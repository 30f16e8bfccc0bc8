package rules.access.allowlist_test

import rego.v2

import data.rules.access.allowlist

_call := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "db"},
	"tool": {"name": "query"},
	"principal": {"groups": ["analysts"]},
}

_refusal := {"tool `query` on server `db` is not on the allow list: ask for an entry in config.allow"}

test_allow_listed if {
	every entry in [
		{"server": "db", "method": "tools/call", "tool": "query", "group": "analysts"},
		{"server": "db", "tool": "query"},
		{"server": "db"},
		{"method": "tools/call"},
		{"tool": "query"},
		{"group": "analysts"},
	] {
		allowlist.deny == set() with input as _call with data.config.allow as [{"server": "other"}, entry]
	}
}

test_deny_unlisted if {
	every entry in [
		{"server": "files", "tool": "query"},
		{"server": "db", "tool": "write"},
		{"server": "db", "method": "tools/list"},
		{"server": "db", "group": "admins"},
		{"server": "DB"},
	] {
		allowlist.deny == _refusal with input as _call with data.config.allow as [entry]
	}
}

test_deny_by_entries_that_name_nothing_or_something_else if {
	every entry in [{}, {"sever": "db"}, {"server": "db", "tols": "write"}, null, "db", 7, ["db"], {"server": ["db"]}] {
		allowlist.deny == _refusal with input as _call with data.config.allow as [entry]
	}
}

test_deny_without_a_list if {
	every list in [[], null, "db", 7] {
		allowlist.deny == _refusal with input as _call with data.config.allow as list
	}
	allowlist.deny == _refusal with input as _call with data.config as {}
}

test_deny_unknown_methods if {
	frame := {"from": "client", "kind": "request", "method": "x/unknown", "server": {"name": "db"}}
	expected := {"`x/unknown` on server `db` is not on the allow list: ask for an entry in config.allow"}
	allowlist.deny == expected with input as frame with data.config.allow as [{"method": "tools/call"}]
	allowlist.deny == set() with input as frame with data.config.allow as [{"method": "x/unknown"}]
}

test_deny_requests_and_notifications_of_the_server if {
	every kind, method in {"request": "sampling/createMessage", "notification": "notifications/message"} {
		frame := {"from": "server", "kind": kind, "method": method, "server": {"name": "db"}}
		count(allowlist.deny) == 1 with input as frame with data.config.allow as [{"method": "tools/call"}]
		allowlist.deny == set() with input as frame with data.config.allow as [{"method": method}]
	}
}

test_allow_answers if {
	every kind in ["result", "error"] {
		allowlist.deny == set() with input as object.union(_call, {"from": "server", "kind": kind}) with data.config.allow as []
	}
}

test_allow_what_a_session_needs if {
	every method in ["initialize", "notifications/initialized", "ping", "notifications/cancelled", "notifications/progress"] {
		frame := {"from": "client", "kind": "request", "method": method, "server": {"name": "db"}}
		allowlist.deny == set() with input as frame with data.config.allow as []
		count(allowlist.deny) == 1 with input as frame with data.config.allow as [] with data.settings as {}
	}
}

test_deny_when_a_needed_fact_is_absent if {
	needs_all := [{"server": "db", "method": "tools/call", "tool": "query", "group": "analysts"}]
	every path in ["server", "server/name", "method", "tool", "tool/name", "principal", "principal/groups"] {
		count(allowlist.deny) == 1 with input as json.remove(_call, [path]) with data.config.allow as needs_all
	}
	every groups in [null, "analysts", [], {}, 7] {
		frame := object.union(_call, {"principal": {"groups": groups}})
		count(allowlist.deny) == 1 with input as frame with data.config.allow as needs_all
	}
}

test_deny_without_kind_or_anything if {
	count(allowlist.deny) == 1 with input as object.remove(_call, ["kind"]) with data.config.allow as []
	count(allowlist.deny) == 1 with input as object.union(_call, {"kind": null}) with data.config.allow as []
	count(allowlist.deny) == 1 with input as {} with data.config.allow as [{"server": "db"}]
}

test_listed_tools_are_filtered if {
	listed := object.union(_call, {"embedded_in": "tools/list"})
	allowlist.deny == _refusal with input as listed with data.config.allow as [{"method": "tools/list"}]
}

test_a_text_is_no_entry if {
	allowlist.deny == _refusal with input as _call with data.config.allow as ["db", ["db"], [{"server": "db"}]]
}
