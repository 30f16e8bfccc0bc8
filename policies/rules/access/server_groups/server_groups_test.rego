package rules.access.server_groups_test

import rego.v2

import data.rules.access.server_groups

_ask(server, groups) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": server},
	"principal": {"groups": groups},
}

_settings := {"servers": {"payroll": ["finance", "audit"], "lab": []}}

_everywhere := {"servers": {"payroll": ["finance"], "*": ["staff"]}}

_denied := {"this server is not for your groups: ask for membership in one of its groups"}

_unconfigured := {"access/server_groups is not configured: `servers` must be lists of groups by server"}

test_allow_members if {
	every groups in [["finance"], ["audit"], ["a", "finance"]] {
		server_groups.deny == set() with input as _ask("payroll", groups)
			with data.settings["access/server_groups"] as _settings
	}
}

test_deny_others if {
	every groups in [[], ["a"], ["Finance"], "finance", null, 7, {"a": "b"}] {
		server_groups.deny == _denied with input as _ask("payroll", groups)
			with data.settings["access/server_groups"] as _settings
	}
	every path in ["principal", "principal/groups"] {
		server_groups.deny == _denied with input as json.remove(_ask("payroll", ["finance"]), [path])
			with data.settings["access/server_groups"] as _settings
	}
}

test_nobody_is_in_no_group if {
	server_groups.deny == _denied with input as _ask("lab", ["finance"]) with data.settings["access/server_groups"] as _settings
}

test_allow_on_other_servers if {
	server_groups.deny == set() with input as _ask("docs", []) with data.settings["access/server_groups"] as _settings
	server_groups.deny == set() with input as _ask("payroll", []) with data.settings["access/server_groups"] as {"servers": {}}
}

test_all_that_are_not_named if {
	server_groups.deny == set() with input as _ask("docs", ["staff"]) with data.settings["access/server_groups"] as _everywhere
	server_groups.deny == _denied with input as _ask("docs", ["finance"]) with data.settings["access/server_groups"] as _everywhere
	server_groups.deny == set() with input as _ask("payroll", ["finance"]) with data.settings["access/server_groups"] as _everywhere
	server_groups.deny == _denied with input as _ask("payroll", ["staff"]) with data.settings["access/server_groups"] as _everywhere
}

test_deny_on_an_unknown_server if {
	every server in [null, 7, ["payroll"]] {
		server_groups.deny == _denied with input as _ask(server, ["a"]) with data.settings["access/server_groups"] as _settings
	}
	every path in ["server", "server/name"] {
		server_groups.deny == _denied with input as json.remove(_ask("docs", ["finance"]), [path])
			with data.settings["access/server_groups"] as _settings
		server_groups.deny == set() with input as json.remove(_ask("docs", ["finance"]), [path])
			with data.settings["access/server_groups"] as {"servers": {}}
	}
}

test_every_request_and_notification if {
	every method in ["initialize", "tools/list", "resources/read", "notifications/initialized", "x/unknown"] {
		every kind in ["request", "notification", null] {
			server_groups.deny == _denied with input as object.union(_ask("payroll", []), {"method": method, "kind": kind})
				with data.settings["access/server_groups"] as _settings
		}
	}
	server_groups.deny == _denied with input as object.remove(_ask("payroll", []), ["kind", "method"])
		with data.settings["access/server_groups"] as _settings
}

test_other_frames if {
	every change in [{"from": "server"}, {"kind": "result"}, {"kind": "error"}] {
		server_groups.deny == set() with input as object.union(_ask("payroll", []), change)
			with data.settings["access/server_groups"] as _settings
		server_groups.deny == set() with input as object.union(_ask("payroll", []), change) with data.settings as {}
	}
}

test_deny_when_not_configured if {
	every settings in [{"servers": {"payroll": ["finance"], "lab": "finance"}}, {"servers": {"payroll": ["finance"], "lab": null}}] {
		server_groups.deny == _unconfigured with input as _ask("payroll", ["finance"])
			with data.settings["access/server_groups"] as settings
	}
	every settings in [{}, {"servers": null}, {"servers": "payroll"}, null, {"servers": 7}, {"servers": [["finance"]]}] {
		server_groups.deny == _unconfigured with input as _ask("payroll", ["finance"])
			with data.settings["access/server_groups"] as settings
	}
	server_groups.deny == _unconfigured with input as _ask("docs", []) with data.settings as {}
}

test_defaults_let_everybody_in if {
	server_groups.deny == set() with input as _ask("payroll", [])
}
