package rules.sql.read_only_test

import rego.v2

import data.rules.sql.read_only

_call(arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "db", "labels": ["internal", "read-only"]},
	"tool": {"name": "query", "arguments": arguments},
}

_with(changes) := object.union(data.settings["sql/read_only"], changes)

_denied := {"argument `sql` does more than read: server `db` is only read"}

test_deny_what_writes if {
	every text in ["update a set b = 1 where c = 2", "insert into a values (1)", "select 1; drop table a", "vacuum", 7, true] {
		read_only.deny == _denied with input as _call({"sql": text})
	}
}

test_deny_every_function if {
	every name in data.settings["sql/read_only"].functions {
		read_only.deny == _denied with input as _call({"sql": $"select {upper(name)}('a')"})
	}
}

test_deny_under_every_key if {
	every key in data.settings["sql/read_only"].keys {
		count(read_only.deny) == 1 with input as _call({"deep": [{key: ["drop table a"]}]})
	}
}

test_every_label if {
	every label in data.settings["sql/read_only"].labels {
		read_only.deny == _denied with input as object.union(_call({"sql": "vacuum"}), {"server": {"labels": [label]}})
	}
}

test_allow_reading if {
	every text in ["select * from a", "with a as (select 1) select * from a", "select 'drop table a'", "", null] {
		read_only.deny == set() with input as _call({"sql": text})
	}
	read_only.deny == set() with input as _call({"note": "drop table a"})
	read_only.deny == set() with input as _call({})
	read_only.deny == set() with input as json.remove(_call({}), ["tool"])
}

test_allow_servers_without_the_label if {
	every labels in [[], ["internal"], null, "read-only", ["Read-Only"]] {
		read_only.deny == set() with input as object.union(_call({"sql": "vacuum"}), {"server": {"labels": labels}})
	}
	read_only.deny == set() with input as object.remove(_call({"sql": "vacuum"}), ["server"])
}

test_deny_when_the_server_has_no_name if {
	count(read_only.deny) == 1 with input as json.remove(_call({"sql": "vacuum"}), ["server/name"])
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every settings in [_with({}), {}] {
			read_only.deny == set() with input as object.union(_call({"sql": "vacuum"}), change)
				with data.settings["sql/read_only"] as settings
		}
	}
	read_only.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := {"sql/read_only is not configured: `labels`, `keys` and `functions` must be lists"}
	every key in ["labels", "keys", "functions"] {
		read_only.deny == unconfigured with input as _call({})
			with data.settings["sql/read_only"] as object.remove(_with({}), [key])
		read_only.deny == unconfigured with input as _call({})
			with data.settings["sql/read_only"] as _with({key: 7})
	}
}
