package rules.files.sensitive_paths_test

import rego.v2

import data.rules.files.sensitive_paths

_call(arguments) := {"from": "client", "kind": "request", "method": "tools/call", "tool": {"name": "read_file", "arguments": arguments}}

_path(path) := _call({"path": path})

_read(uri) := {"from": "client", "kind": "request", "method": "resources/read", "params": {"uri": uri}}

_with(changes) := object.union(data.settings["files/sensitive_paths"], changes)

_held(place) := {{"message": $"this call names a place where secrets lie (`{place}`): a human must approve it"}}

_denied(place) := {$"this call names a place where secrets lie (`{place}`): do without it"}

test_hold_every_place if {
	every place in data.settings["files/sensitive_paths"].places {
		path := $"/home/u/{replace(place, "*", "x")}"
		count(sensitive_paths.hold) == 1 with input as _path(path)
		sensitive_paths.deny == set() with input as _path(path)
	}
}

test_warn_of_project_places if {
	every place in data.settings["files/sensitive_paths"].project_places {
		path := $"/srv/app/{replace(place, "*", "x")}"
		expected := {$"this call names a place where secrets may lie (`{place}`)"}
		sensitive_paths.warn & expected == expected with input as _path(path)
		sensitive_paths.hold == set() with input as _path(path)
		count(sensitive_paths.hold) == 1 with input as _path(path)
			with data.settings["files/sensitive_paths"] as _with({"project_action": "hold"})
		sensitive_paths.warn == set() with input as _path(path)
			with data.settings["files/sensitive_paths"] as _with({"project_action": "hold"})
		sensitive_paths.deny == set() with input as _path(path)
			with data.settings["files/sensitive_paths"] as _with({"project_action": "hold"})
	}
	every method in ["resources/read", "resources/subscribe"] {
		count(sensitive_paths.warn) == 1 with input as object.union(_read("file:///srv/app/.env"), {"method": method})
	}
	sensitive_paths.warn == set() with input as _path("/srv/app/.env.example")
	sensitive_paths.warn == set() with input as _path("/srv/app/env")
}

test_hold_what_everybody_knows if {
	every path, place in {
		"~/.ssh/id_ed25519": ".ssh",
		"/home/u/.aws/credentials": ".aws/credentials",
		`C:\Users\u\.kube\config`: ".kube/config",
		"/etc/shadow": "etc/shadow",
		"file:///home/u/.pypirc": ".pypirc",
		"certs/SERVER.P12": "*.p12",
	} {
		sensitive_paths.hold == _held(place) with input as _path(path)
	}
}

test_hold_under_every_key if {
	every key in data.settings["files/sensitive_paths"].keys {
		sensitive_paths.hold == _held(".ssh") with input as _call({"deep": [{key: ["/home/u/.ssh"]}]})
	}
	sensitive_paths.hold == _held(".ssh") with input as _call({"anything": "file:///home/u/.ssh/id_rsa"})
}

test_hold_resources if {
	every method in ["resources/read", "resources/subscribe"] {
		sensitive_paths.hold == _held(".ssh") with input as object.union(_read("file:///home/u/.ssh/id_rsa"), {"method": method})
	}
	sensitive_paths.hold == set() with input as _read("note:///home/u/.ssh/id_rsa")
}

test_hold_hidden_names if {
	expected := {{"message": "this call names a file URI with escapes that could hide a place where secrets lie: a human must approve it"}}
	sensitive_paths.hold == expected with input as _path("file:///home/u/.%73sh/known_hosts")
	sensitive_paths.hold == expected with input as _read("file:///home/u/.%73sh/known_hosts")
	sensitive_paths.hold == set() with input as _path("/home/u/.%73sh/known_hosts")
}

test_one_reason_a_call if {
	sensitive_paths.hold == _held("*.pfx") with input as _call({"paths": ["/a/.ssh/x", "/a/b.pfx", "file:///a/%41"]})
}

test_allow_other_places if {
	every path in ["/srv/docs/a.md", "/srv/env", "/srv/.environment", "/srv/ssh/readme", "/srv/.env.example", "/srv/keyboard", "", 7, null] {
		sensitive_paths.hold == set() with input as _path(path)
		sensitive_paths.deny == set() with input as _path(path)
	}
	sensitive_paths.hold == set() with input as _call({"content": "/home/u/.ssh/id_rsa"})
}

test_allow_exceptions if {
	every place in data.settings["files/sensitive_paths"].except {
		sensitive_paths.hold == set() with input as _path($"/srv/app/{place}")
	}
	sensitive_paths.hold == set() with input as _path("/srv/tests/certs/a.pfx")
		with data.settings["files/sensitive_paths"] as _with({"except": ["tests/certs"]})
	sensitive_paths.hold == _held(".ssh") with input as _call({"paths": ["/srv/tests/certs/a.pfx", "/a/.ssh"]})
		with data.settings["files/sensitive_paths"] as _with({"except": ["tests/certs"]})
}

test_deny_if_configured if {
	every action in ["deny", "Hold", null, 7] {
		_denied(".ssh") - sensitive_paths.deny == set() with input as _path("/home/u/.ssh")
			with data.settings["files/sensitive_paths"] as _with({"action": action})
		sensitive_paths.hold == set() with input as _path("/home/u/.ssh")
			with data.settings["files/sensitive_paths"] as _with({"action": action})
	}
	sensitive_paths.deny == _denied(".ssh") with input as _read("file:///home/u/.ssh")
		with data.settings["files/sensitive_paths"] as _with({"action": "deny"})
	sensitive_paths.deny == _denied(".ssh") with input as object.union(_read("file:///home/u/.ssh"), {"method": "resources/subscribe"})
		with data.settings["files/sensitive_paths"] as _with({"action": "deny"})
	sensitive_paths.deny == set() with input as _path("/srv/docs")
		with data.settings["files/sensitive_paths"] as _with({"action": "deny"})
}

test_approvers_are_data if {
	some held in sensitive_paths.hold with input as _path("/home/u/.ssh")
		with data.settings["files/sensitive_paths"] as _with({"approvers": ["group:security"]})
	held.approvers == ["group:security"]
}

test_absent_and_ill_typed_fields if {
	every path in ["kind", "tool/name"] {
		count(sensitive_paths.hold) == 1 with input as json.remove(_path("/home/u/.ssh"), [path])
	}
	every path in ["tool", "tool/arguments", "tool/arguments/path"] {
		sensitive_paths.hold == set() with input as json.remove(_path("/home/u/.ssh"), [path])
	}
	every uri in [7, null, ["file:///home/u/.ssh"]] {
		sensitive_paths.hold == set() with input as _read(uri)
	}
}

test_other_frames_are_not_its_business if {
	every frame, env in {_path("/home/u/.ssh"): _path("/srv/.env"), _read("file:///home/u/.ssh"): _read("file:///srv/.env")} {
		every change in [{"from": "server"}, {"method": "tools/list"}] {
			every settings in [_with({}), _with({"action": "deny"}), {}] {
				sensitive_paths.warn == set() with input as object.union(env, change)
					with data.settings["files/sensitive_paths"] as settings
				sensitive_paths.hold == set() with input as object.union(frame, change)
					with data.settings["files/sensitive_paths"] as settings
				sensitive_paths.deny == set() with input as object.union(frame, change)
					with data.settings["files/sensitive_paths"] as settings
			}
		}
	}
	sensitive_paths.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := {"files/sensitive_paths is not configured: see its settings in data.yaml"}
	every key in ["keys", "places", "project_places", "project_action", "except", "action", "approvers"] {
		every frame in [_call({}), _read("x:y"), object.union(_read("x:y"), {"method": "resources/subscribe"})] {
			sensitive_paths.deny == unconfigured with input as frame
				with data.settings["files/sensitive_paths"] as object.remove(_with({}), [key])
			sensitive_paths.deny == unconfigured with input as frame
				with data.settings["files/sensitive_paths"] as _with({key: 7})
		}
	}
	sensitive_paths.deny == set() with input as _call({})
}
